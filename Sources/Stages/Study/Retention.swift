import Foundation
import Pipeline
import Yams

/// The days by which parts of a study are to be gone, as `retention:` in the study file has them (`2027-06-30`).
public struct Retention: Sendable, Hashable {
    /// What a date can be set for, the least far-reaching first.
    public enum Part: String, Codable, Sendable, CaseIterable {
        /// The sound, and all that was measured of voices in it.
        case recordings
        /// The key register: what is left is anonymous, as far as the transcripts go.
        case key
        /// Drafts, raw transcripts and everything else that names people.
        case confidential
        /// The whole study.
        case everything
    }

    public var dates: [Part: String] = [:]

    public init() {}

    /// A date that has passed or is near.
    public struct Due: Sendable, Hashable {
        public var part: Part
        public var date: String
        /// Whole days from the day asked about; negative when the date has passed.
        public var days: Int
        public var hasPassed: Bool { days < 0 }
    }

    /// Parts whose date has passed on a day, or comes within some days of it.
    /// - Parameters:
    ///   - day: `2026-03-12`.
    ///   - window: days ahead.
    public func due(on day: String, within window: Int = 30) -> [Due] {
        guard let today = Self.dayNumber(day) else { return [] }
        return Part.allCases.compactMap { part in
            guard let date = dates[part], let number = Self.dayNumber(date), number - today <= window else { return nil }
            return Due(part: part, date: date, days: number - today)
        }
    }

    /// Today, by the machine's clock and zone.
    public static func today() -> String {
        let parts = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day], from: Date())
        func two(_ n: Int?) -> String { let n = n ?? 1; return n < 10 ? "0\(n)" : "\(n)" }
        return "\(parts.year ?? 1970)-\(two(parts.month))-\(two(parts.day))"
    }

    /// Days since 1970-01-01 in the Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    static func dayNumber(_ date: String) -> Int? {
        let parts = date.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        let year = parts[1] <= 2 ? parts[0] - 1 : parts[0]
        let era = (year >= 0 ? year : year - 399) / 400, ofEra = year - era * 400
        let ofYear = (153 * (parts[1] + (parts[1] > 2 ? -3 : 9)) + 2) / 5 + parts[2] - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }
}

extension StudyFileReader {
    func retention(_ node: Node?) throws -> Retention {
        guard let node, node.null == nil else { return Retention() }
        let fields = try mapping(node, "retention", ["delete_audio_by"] + Retention.Part.allCases.map(\.rawValue))
        var retention = Retention()
        for part in Retention.Part.allCases { retention.dates[part] = try date(fields[part.rawValue], "retention.\(part.rawValue)") }
        // The older name of the same date; the earlier of the two counts.
        if let date = try date(fields["delete_audio_by"], "retention.delete_audio_by") {
            retention.dates[.recordings] = min(date, retention.dates[.recordings] ?? date)
        }
        return retention
    }
}

/// What a run or a look at the study reminds of.
public enum RetentionReminder {
    /// A line for every date that comes within thirty days, or has passed with something still there that should be gone.
    public static func lines(_ study: Study, on day: String = Retention.today()) -> [String] {
        let retention = study.file.retention
        let unshared = unshared(study)
        guard retention.due(on: day).contains(where: \.hasPassed) else { return lines(retention, on: day, unshared: unshared) }
        // Where that cannot be told, better a reminder too many.
        let left = try? RetentionExpiry(root: study.folders.root, keys: StudyKeys(study.folders)).demands(on: day).map(\.part)
        return lines(retention, on: day, left: left, unshared: unshared)
    }

    /// Recordings that may be shared and of which nothing signed is in `deling/`: without their sound or their stored results nobody
    /// can sign them any more.
    static func unshared(_ study: Study) -> [String] {
        study.items.filter { !$0.isWithheldFromSharing }.map(\.id).filter { id in
            guard case .signed(let signed) = SignatureFolder(study.folders).find(id) else { return true }
            return !FileManager.default.fileExists(atPath: study.folders.sharing.appendingPathComponent(ShareManifest.name(signed.recording)).path)
        }
    }

    /// What is lost with a part for recordings that are not shared yet; nil where nothing is.
    static func loss(_ part: Retention.Part, _ unshared: [String]) -> String? {
        guard part == .recordings || part == .confidential, !unshared.isEmpty else { return nil }
        return "\(Study.some(of: unshared)): not signed and shared yet, and cannot be afterwards"
    }

    /// - Parameter left: parts of which something is still there; nil for all.
    static func lines(_ retention: Retention, on day: String, left: [Retention.Part]? = nil, unshared: [String] = []) -> [String] {
        retention.due(on: day).filter { !$0.hasPassed || left?.contains($0.part) != false }.map { due in
            let what =
                switch due.part {
                case .recordings: "the recordings"
                case .key: "the key register"
                case .confidential: "drafts and raw transcripts"
                case .everything: "the whole study"
                }
            let lost = loss(due.part, unshared).map { "; \($0)" } ?? ""
            if due.hasPassed { return "\(what) should have been deleted by \(due.date); 'ordrett expire' does it\(lost)" }
            return "\(what): to be deleted by \(due.date), \(due.days == 0 ? "today" : due.days == 1 ? "tomorrow" : "in \(due.days) days"); 'ordrett expire' does it\(lost)"
        }
    }
}
