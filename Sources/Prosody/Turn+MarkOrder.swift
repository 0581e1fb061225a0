import Signal
import Transcript

extension Turn {
    /// Measured marks between the same two words, in the order of time. A mark of the draft stays where it was typed.
    mutating func orderMarks() {
        var start = 0
        while start < elements.count {
            guard Self.moves(elements[start]) else {
                start += 1
                continue
            }
            var end = start
            while end < elements.count, Self.moves(elements[end]) { end += 1 }
            let sorted = elements[start..<end].enumerated().sorted {
                (($0.element.range?.start ?? 0), $0.offset) < (($1.element.range?.start ?? 0), $1.offset)
            }
            elements.replaceSubrange(start..<end, with: sorted.map(\.element))
            start = end
        }
    }

    private static func moves(_ element: Element) -> Bool {
        element.mark.map { $0.source == .measured && $0.range != nil && [.pause, .laughter, .breath].contains($0.kind) } ?? false
    }
}
