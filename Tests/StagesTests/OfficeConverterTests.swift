import Exchange
import Foundation
import Pipeline
import Testing

@testable import Stages

@Suite struct OfficeConverterTests {
    /// A folder with a script that stands in for LibreOffice.
    private final class Bench {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("office-" + UUID().uuidString)
        init(_ script: String) throws {
            try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
            let program = root.appendingPathComponent("soffice")
            try Data(("#!/bin/sh\n" + script).utf8).write(to: program)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        }
        deinit { try? FileManager.default.removeItem(at: root) }

        func convert(timeout: Double = 20) throws -> Data {
            var converter = try OfficeConverter.find(path: root.path)
            converter.timeout = timeout
            return try converter.pdf(ofOpenDocument: Data("document".utf8))
        }

        func fault(timeout: Double = 20) -> String {
            do {
                _ = try convert(timeout: timeout)
                return "no fault"
            } catch { return (error as? StageFault)?.description ?? "\(type(of: error))" }
        }
    }

    /// The last argument is the document, the one before it the folder for the result.
    private static let lookAtArguments = """
        set -e
        for argument; do folder=$document; document=$argument; done
        """

    @Test func theDocumentLiesInAPrivateFolderWithAProfileOfItsOwn() throws {
        let made = try Bench(
            """
            \(Self.lookAtArguments)
            test "$(cat "$document")" = document
            test "$(ls -l "$document" | cut -c1-10)" = -rw-------
            test "$(ls -ld "$folder" | cut -c1-10)" = drwx------
            test "$TMPDIR" = "$folder"
            case "$1" in -env:UserInstallation=file://"$folder"/profile*) ;; *) exit 7 ;; esac
            printf '%%PDF-1.7 made' > "$folder/transcript.pdf"
            """
        ).convert()
        #expect(String(decoding: made, as: UTF8.self) == "%PDF-1.7 made")
    }

    @Test func whatGoesWrongIsSaidWithoutTheDocument() throws {
        #expect(try Bench("exit 0").fault().contains("made no PDF"))
        #expect(try Bench("\(Self.lookAtArguments)\necho 'not a pdf' > \"$folder/transcript.pdf\"").fault().contains("made no PDF"))
        #expect(try Bench("cat; for a; do cat \"$a\" >&2; done; exit 3").fault().contains("exit code 3"))
        #expect(try !Bench("for a; do cat \"$a\" >&2; done; exit 3").fault().contains("document"))
        #expect(try Bench("sleep 60").fault(timeout: 0.5).contains("was stopped"))
    }

    @Test func stoppingEndsAllItStartedAndLeavesNoCopyOfTheDocument() throws {
        let bench = try Bench("\(Self.lookAtArguments)\nsleep 60 &\necho \"$! $folder\" > \"${0%/*}/started\"\nwait")
        let note = bench.root.appendingPathComponent("started")
        @Sendable func started() -> [String]? {
            (try? String(contentsOf: note, encoding: .utf8)).map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }.flatMap { $0.count == 2 ? $0 : nil }
        }
        let converter = try OfficeConverter.find(path: bench.root.path).polled { if started() != nil { throw CancellationError() } }
        #expect(throws: CancellationError.self) { try converter.pdf(ofOpenDocument: Data("document".utf8)) }
        let left = try #require(started())
        #expect(!FileManager.default.fileExists(atPath: left[1]))
        // The helper is gone, or dead and waiting to be taken by whoever inherited it.
        let state = try? String(contentsOfFile: "/proc/\(left[0])/stat", encoding: .utf8)
        #expect(state.map { $0.contains(") Z ") } ?? true)
    }

    @Test(.enabled(if: !FileManager.default.fileExists(atPath: "/Applications/LibreOffice.app")))
    func withoutLibreOfficeTheFaultSaysWhatToInstall() {
        #expect(throws: StageFault.self) { try OfficeConverter.find(path: "/nowhere") }
        do { _ = try OfficeConverter.find(path: "/nowhere") } catch { #expect("\(error)".contains("libreoffice-writer")) }
    }
}
