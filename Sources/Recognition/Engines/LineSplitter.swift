/// Cuts a stream of bytes into lines.
final class LineSplitter: @unchecked Sendable {
    // Used from one child's thread only.
    private var rest: [UInt8] = []
    private let limit: Int
    private let line: @Sendable ([UInt8]) -> Void

    /// - Parameter limit: bytes after which an unended line is given as it is.
    init(limit: Int = 1 << 22, line: @escaping @Sendable ([UInt8]) -> Void) {
        self.limit = limit
        self.line = line
    }

    func take(_ bytes: [UInt8]) {
        var start = bytes.startIndex
        for index in bytes.indices where bytes[index] == 0x0A || bytes[index] == 0x0D {
            let piece = bytes[start..<index]
            start = index + 1
            if rest.isEmpty && piece.isEmpty { continue }
            line(rest + piece)
            rest.removeAll()
        }
        rest += bytes[start...]
        if rest.count > limit {
            line(rest)
            rest.removeAll()
        }
    }

    /// What is left without a line end.
    func finish() {
        if !rest.isEmpty { line(rest) }
        rest.removeAll()
    }
}
