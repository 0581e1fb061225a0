import Foundation
import Testing
@testable import Recognition

@Suite struct LineSplitterTests {
    private final class Bytes: @unchecked Sendable {
        // Used from one thread.
        private(set) var kept: [UInt8] = []
        func add(_ bytes: [UInt8]) { kept += bytes }
        var text: String { String(decoding: kept, as: UTF8.self) }
    }

    @Test func linesAreCutAnywhere() {
        let got = Bytes()
        let splitter = LineSplitter { got.add($0 + [0x7C]) }
        for piece in ["ab", "c\nde", "\r\n", "\n\nf", "g"] { splitter.take(Array(piece.utf8)) }
        splitter.finish()
        #expect(got.text == "abc|de|fg|")
    }
}
