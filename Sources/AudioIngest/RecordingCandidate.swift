/// A recording found on disk: its files in order, and why they were taken together or kept apart.
public struct RecordingCandidate: Codable, Hashable, Sendable {
    /// The name of the first file without its ending; made unique in a scan by the folder's name or a number.
    public var id: String
    /// Paths, in order of time.
    public var parts: [String]
    /// Why the files belong together, or why files with related names were kept apart; nil when there was nothing to
    /// decide.
    public var note: String?

    public init(id: String, parts: [String], note: String? = nil) {
        self.id = id
        self.parts = parts
        self.note = note
    }
}

/// How a file's name says that it belongs to a series.
struct SplitName: Hashable {
    enum Style: Hashable {
        /// The name itself says "part": `NAME_part1`, `NAME del 2`. Enough evidence by itself.
        case named
        /// `NAME-0001` beside `NAME` (Zoom), `NAME-001`, `NAME(2)` (Sony), `NAME_01`: usual for parts, but also for copies
        /// and takes.
        case suffix
        /// Consecutive numbers (`R09_0001`, `DS_50001`, `TASCAM_0001`): usual for separate takes.
        case counter
    }

    var stem: String
    var number: Int
    var style: Style

    /// The readings of a file name without its ending, the most telling first.
    static func readings(_ name: String) -> [SplitName] {
        let lower = name.lowercased()
        var result: [SplitName] = []
        let (head, digits) = trailingDigits(lower)
        // NAME(2): the second file of the same minute on Sony recorders.
        if lower.hasSuffix(")"), let open = lower.lastIndex(of: "("),
            let number = Int(lower[lower.index(after: open)...].dropLast()), number >= 1, number < 1_000
        {
            result.append(SplitName(stem: trimmed(String(lower[..<open])), number: number, style: .suffix))
            return result
        }
        guard let number = Int(digits), digits.count <= 6 else {
            return [SplitName(stem: lower, number: 0, style: .suffix)]
        }
        for word in ["part", "del", "deel", "teil", "pt", "fil", "file", "disc", "side"] {
            let bare = trimmed(head)
            guard bare.hasSuffix(word) else { continue }
            let before = bare.dropLast(word.count)
            if before.isEmpty || !(before.last?.isLetter ?? false) {
                return [SplitName(stem: trimmed(String(before)), number: number, style: .named)]
            }
        }
        // ZOOM0001_Tr1, ZOOM0001_Tr2: tracks recorded at the same time, never one after the other.
        if ["tr", "track", "spor", "ch", "mic"].contains(where: { trimmed(head).hasSuffix($0) }), digits.count <= 2 {
            return [SplitName(stem: lower, number: 0, style: .suffix)]
        }
        // TASCAM_0001S1, TASCAM_0001S2: the same take, split at the size limit.
        if head.hasSuffix("s"), head.dropLast().last?.isNumber == true, digits.count <= 2 {
            result.append(SplitName(stem: String(head.dropLast()), number: number, style: .suffix))
        }
        let separated = head.last.map { "-_ .".contains($0) } ?? false
        let bare = trimmed(head)
        let series = bare.last?.isNumber ?? false
        // ZOOM0001-0001 and 210301_1015_01 hang a number on a name that is numbered already; so do plain NAME-001.
        if separated, !bare.isEmpty, series || head.last == "-" && digits.count <= 3 {
            result.append(SplitName(stem: bare, number: number, style: .suffix))
        }
        result.append(SplitName(stem: head, number: number, style: .counter))
        result.append(SplitName(stem: lower, number: 0, style: .suffix))
        return result
    }

    private static func trailingDigits(_ text: String) -> (String, String) {
        let digits = text.reversed().prefix { $0.isASCII && $0.isNumber }.count
        return (String(text.dropLast(digits)), String(text.suffix(digits)))
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while let last = text.last, "-_ .([".contains(last) { text.removeLast() }
        return String(text)
    }
}
