import Foundation
import Testing

@testable import Stages

@Suite struct PictureConverterTests {
    private let drawing = Data(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 30\" width=\"40\" height=\"30\"><rect width=\"40\" height=\"30\"/></svg>".utf8)

    /// A folder with a script that stands for the program.
    private func converter(_ script: String) throws -> PictureConverter {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("picture-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let program = folder.appendingPathComponent("rsvg-convert")
        try Data(("#!/bin/sh\n" + script).utf8).write(to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        return try #require(PictureConverter(path: folder.path))
    }

    private func fault(_ converter: PictureConverter) -> String {
        do {
            _ = try converter.png(drawing)
            return "no fault"
        } catch { return (error as? StageFault)?.description ?? "\(type(of: error))" }
    }

    @Test func isNoneWhereTheProgramIsMissing() {
        #expect(PictureConverter(path: "/nowhere") == nil)
        #expect(PictureConverter.missing.contains("librsvg2-bin"))
    }

    @Test(.enabled(if: PictureConverter() != nil)) func makesThePictureAtTwiceTheSizeAndTheSameEveryTime() throws {
        let converter = try #require(PictureConverter())
        let picture = try converter.png(drawing)
        // PNG's header: width and height, big-endian, from byte 16.
        let sizes = [16, 20].map { start in picture[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
        #expect(sizes == [80, 60])
        #expect(try converter.png(drawing) == picture)
    }

    @Test func aDrawingTooTallIsMadeSmaller() throws {
        let tall = Data("<svg width=\"40\" height=\"64000\"></svg>".utf8)
        #expect(PictureConverter.height(tall) == 64_000)
        let said = try converter("while [ $# -gt 0 ]; do [ \"$1\" = --zoom ] && zoom=$2; [ \"$1\" = --output ] && out=$2; shift; done; printf '\\211PNG%s' \"$zoom\" > \"$out\"").png(tall)
        #expect(said.dropFirst(4) == Data("0.5".utf8))
    }

    @Test func saysWhatWentWrong() throws {
        #expect(try fault(converter("exit 3")) == "rsvg-convert failed with exit code 3; the figure is fine as svg")
        #expect(try fault(converter("exit 0")) == "rsvg-convert made no PNG; the figure is fine as svg")
        var slow = try converter("sleep 30")
        slow.timeout = 1
        #expect(fault(slow) == "rsvg-convert was not done after 1 s and was stopped; the figure is fine as svg")
    }
}
