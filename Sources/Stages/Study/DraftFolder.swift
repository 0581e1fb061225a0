import Foundation
import AudioIngest
import Pipeline
import Recognition

/// The drafts of a folder, and which recording each belongs to.
///
/// A draft belongs to the recording whose id, or whose file, has its name. A name that fits two recordings belongs to
/// neither: one participant's words must not come out under another's.
struct DraftFolder {
    /// Endings a draft may have, in order of preference.
    static let endings = Draft.extensions

    private let files: [(stem: String, url: URL)]

    init(_ folder: URL) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        files = names.sorted().compactMap { name in
            let url = folder.appendingPathComponent(name)
            guard !name.hasPrefix("."), Self.endings.contains(url.pathExtension.lowercased()) else { return nil }
            return (Self.stem(of: url), url)
        }
    }

    private static func key(_ name: String) -> String { name.precomposedStringWithCanonicalMapping.lowercased() }

    /// The name without its ending, nor the recording's own, which some programs leave in (`P07.wav.json`).
    private static func stem(of url: URL) -> String {
        let inner = url.deletingPathExtension()
        let isAudio = (SupportedFormats.readableExtensions + SupportedFormats.convertibleExtensions).contains(inner.pathExtension.lowercased())
        return key((isAudio ? inner.deletingPathExtension() : inner).lastPathComponent)
    }

    private static func stem(of item: Item) -> String? {
        item.files["recording"]?.first.map { key($0.deletingPathExtension().lastPathComponent) }
    }

    /// Gives drafts to items that have none yet.
    /// - Parameters:
    ///   - home: only items whose recording lies in this folder; nil for all.
    ///   - hasGone: whether a recording of a name was there and is gone as it should be: its draft is missed by nobody.
    /// - Returns: notes on what fits nothing, two things, or stands twice.
    func assign(to items: inout [Item], ofFolder home: URL? = nil, hasGone: (String) -> Bool = { _ in false }) -> [String] {
        var notes: [String] = []
        let candidates = items.indices.filter { index in
            home == nil || items[index].files["recording"]?.first?.deletingLastPathComponent().path == home?.path
        }
        let idOwners = Dictionary(grouping: candidates) { Self.key(items[$0].id) }
        let stemOwners = Dictionary(grouping: candidates) { Self.stem(of: items[$0]) }
        for (stem, drafts) in Dictionary(grouping: files, by: \.stem).sorted(by: { $0.key < $1.key }) {
            let own = drafts.sorted {
                (Self.endings.firstIndex(of: $0.url.pathExtension.lowercased()) ?? .max)
                    < (Self.endings.firstIndex(of: $1.url.pathExtension.lowercased()) ?? .max)
            }
            let draft = own[0].url
            let byID = idOwners[stem] ?? [], byStem = stemOwners[stem] ?? []
            let fitting = byID.isEmpty ? byStem : byID
            if fitting.count > 1 {
                let ids = fitting.map { items[$0].id }.joined(separator: " and ")
                notes.append("a draft fits both \(ids) and is used for neither; rename it, or set 'draft:' in \(Study.fileName)")
                continue
            }
            guard let index = fitting.first else {
                let isNamed = items.contains { $0.files["draft"]?.contains { $0.path == draft.path } == true }
                if !isNamed && home == nil && !hasGone(stem) { notes.append("a draft in \(Study.draftFolder)/ (.\(draft.pathExtension)) belongs to no recording; name it after one") }
                continue
            }
            if items[index].files["draft"] == nil { items[index].files["draft"] = [draft] }
            if own.count > 1 {
                notes.append("\(items[index].id): several drafts (\(own.map { "." + $0.url.pathExtension }.joined(separator: ", "))); .\(draft.pathExtension) is used")
            }
        }
        return notes
    }
}
