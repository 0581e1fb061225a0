import Foundation

/// The pipeline files that come with Ordrett, as they stand in this folder.
public enum ShippedPipelines {
    /// Names as researchers give them: `intervju`, `studier/k`.
    public static let names = [
        "intervju", "fokusgruppe", "studier/n", "studier/k", "studier/f", "studier/t", "studier/v",
    ]

    /// The text of a shipped pipeline, or nil when there is none of that name.
    public static func yaml(_ name: String) -> String? {
        guard names.contains(name), let url = Bundle.module.resourceURL?.appendingPathComponent(name + ".yaml") else {
            return nil
        }
        return try? String(contentsOf: url, encoding: .utf8)
    }
}
