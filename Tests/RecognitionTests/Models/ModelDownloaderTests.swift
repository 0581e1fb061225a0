import Foundation
import Testing

@testable import Recognition

@Suite(.serialized) struct ModelDownloaderTests {
    private static let bytes: [UInt8] = (0..<300_000).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 7)) }
    // Worked out by sha256sum over the same bytes.
    private static let digest = "227dbfe3e1c3f76b3d748cee560cc14df7d008db26ee8446c6a4ee6ed63dcd3f"
    private let model = try! ModelCatalogue.model("nb-whisper-tiny-ggml")
    private let path = "/NbAiLab/nb-whisper-tiny/resolve/main/ggml-model.bin"

    private func downloader(_ folder: TestFolder, _ server: LocalServer, tries: Int = 4) -> ModelDownloader {
        ModelDownloader(store: ModelStore(folder: folder.url), host: server.url, tries: tries, backoff: 0.01, idleLimit: 60, reserve: 0)
    }

    final class Steps: @unchecked Sendable {
        private let lock = NSLock()
        private var kept: [ModelDownloader.Step] = []
        func add(_ step: ModelDownloader.Step) { lock.withLock { kept.append(step) } }
        var all: [ModelDownloader.Step] { lock.withLock { kept } }
    }

    @Test func wholeFile() async throws {
        let folder = try TestFolder(), steps = Steps()
        let server = try LocalServer { request, _ in ranged(Self.bytes, request: request) }
        defer { server.stop() }
        let record = try await downloader(folder, server).download(model, progress: { steps.add($0) })
        #expect(server.requests.map(\.path) == [path])
        #expect(record.files.map(\.sha256) == [Self.digest])
        #expect(record.files.first?.checksumFrom == .computed)
        let store = ModelStore(folder: folder.url)
        #expect(store.state(of: model.id) == .complete(record))
        #expect(try store.path(of: model.id).digest == Self.digest)
        #expect(try Data(contentsOf: URL(fileURLWithPath: store.path(of: model.id).path)) == Data(Self.bytes))
        #expect(steps.all.last == .init(file: "ggml-model.bin", bytes: 300_000, total: 300_000))
        #expect(steps.all.map(\.bytes) == steps.all.map(\.bytes).sorted())
        // Once more asks for nothing.
        _ = try await downloader(folder, server).download(model)
        #expect(server.requests.count == 1)
    }

    /// The connection is lost three times; each try goes on where the last stopped.
    @Test func goesOnAfterCuts() async throws {
        let folder = try TestFolder()
        let server = try LocalServer { request, number in ranged(Self.bytes, request: request, cutAfter: number < 3 ? 70_000 : nil) }
        defer { server.stop() }
        let record = try await downloader(folder, server).download(model)
        #expect(record.files.first?.sha256 == Self.digest)
        #expect(server.requests.compactMap { $0.headers["range"] } == ["bytes=70000-", "bytes=140000-", "bytes=210000-"])
        #expect(server.requests.dropFirst().allSatisfy { $0.headers["if-range"] == "\"v1\"" })
    }

    /// A download that was stopped goes on in another run.
    @Test func goesOnLater() async throws {
        struct Enough: Error {}
        let folder = try TestFolder()
        let server = try LocalServer { request, number in ranged(Self.bytes, request: request, cutAfter: number == 0 ? 120_000 : nil) }
        defer { server.stop() }
        await #expect(throws: ModelError.self) { try await downloader(folder, server, tries: 1).download(model) }
        #expect(ModelStore(folder: folder.url).state(of: model.id) == .partial(120_000))
        #expect(throws: ModelError.notDownloaded(model.id)) { try ModelStore(folder: folder.url).path(of: model.id) }
        let record = try await downloader(folder, server, tries: 1).download(model)
        #expect(record.files.first?.sha256 == Self.digest)
        #expect(server.requests.last?.headers["range"] == "bytes=120000-")
    }

    @Test func theFileChangedMeanwhile() async throws {
        let folder = try TestFolder()
        let server = try LocalServer { request, number in
            number == 0
                ? ranged([UInt8](repeating: 9, count: 200_000), tag: "\"old\"", request: request, cutAfter: 100_000)
                : ranged(Self.bytes, tag: "\"new\"", request: request)
        }
        defer { server.stop() }
        let record = try await downloader(folder, server).download(model)
        #expect(record.files.first?.sha256 == Self.digest)
    }

    @Test func serverWithoutRanges() async throws {
        let folder = try TestFolder()
        let server = try LocalServer { _, number in .init(headers: [("ETag", "\"v1\"")], body: Self.bytes, cutAfter: number < 2 ? 50_000 : nil) }
        defer { server.stop() }
        let record = try await downloader(folder, server).download(model)
        #expect(record.files.first?.sha256 == Self.digest)
    }

    /// A server that answers a range with another range must not spoil the file.
    @Test func wrongRange() async throws {
        let folder = try TestFolder()
        let server = try LocalServer { request, number in
            switch number {
            case 0: ranged(Self.bytes, request: request, cutAfter: 50_000)
            case 1: .init(status: 206, headers: [("ETag", "\"v1\""), ("Content-Range", "bytes 0-299999/300000")], body: Self.bytes)
            default: ranged(Self.bytes, request: request)
            }
        }
        defer { server.stop() }
        let record = try await downloader(folder, server).download(model)
        #expect(record.files.first?.sha256 == Self.digest)
    }

    @Test func checksumTheServerDeclares() async throws {
        let folder = try TestFolder()
        let server = try LocalServer { request, _ in
            request.path.hasPrefix("/cdn")
                ? ranged(Self.bytes, request: request)
                : .init(status: 302, headers: [("Location", "/cdn/x"), ("X-Linked-Etag", "\"\(Self.digest)\""), ("X-Linked-Size", "300000"), ("X-Repo-Commit", "abc")])
        }
        defer { server.stop() }
        let record = try await downloader(folder, server).download(model)
        #expect(record.files.first?.checksumFrom == .server)
        #expect(record.revision == "abc")
    }

    @Test func declaredChecksumThatDoesNotFit() async throws {
        let folder = try TestFolder(), wrong = String(repeating: "ab", count: 32)
        let server = try LocalServer { request, _ in
            request.path.hasPrefix("/cdn") ? ranged(Self.bytes, request: request) : .init(status: 302, headers: [("Location", "/cdn/x"), ("X-Linked-Etag", "\"\(wrong)\"")])
        }
        defer { server.stop() }
        await #expect(throws: ModelError.wrongChecksum(name: "ggml-model.bin", expected: wrong, got: Self.digest)) {
            try await downloader(folder, server).download(model)
        }
        #expect(ModelStore(folder: folder.url).state(of: model.id) == .absent || !FileManager.default.fileExists(atPath: folder.file(model.id + "/ggml-model.bin")))
    }

    @Test func givenChecksums() async throws {
        let folder = try TestFolder()
        let server = try LocalServer { request, _ in ranged(Self.bytes, request: request) }
        defer { server.stop() }
        let wrong = String(repeating: "0", count: 64)
        await #expect(throws: ModelError.self) { try await downloader(folder, server).download(model, sha256: ["ggml-model.bin": wrong]) }
        await #expect(throws: ModelError.badChecksum("abc")) { try await downloader(folder, server).download(model, sha256: ["ggml-model.bin": "abc"]) }
        let record = try await downloader(folder, server).download(model, sha256: ["ggml-model.bin": Self.digest.uppercased()])
        #expect(record.files.first?.checksumFrom == .given)
    }

    @Test func missingFile() async throws {
        let folder = try TestFolder()
        let server = try LocalServer { _, _ in .init(status: 404) }
        defer { server.stop() }
        await #expect(throws: ModelError.notFound(name: "ggml-model.bin")) { try await downloader(folder, server).download(model) }
        #expect(server.requests.count == 1)
    }

    @Test func busyServers() async throws {
        let folder = try TestFolder()
        let server = try LocalServer { request, number in number < 2 ? .init(status: 503) : ranged(Self.bytes, request: request) }
        defer { server.stop() }
        let record = try await downloader(folder, server).download(model)
        #expect(record.files.first?.sha256 == Self.digest)
        let broken = try LocalServer { _, _ in .init(status: 500) }
        defer { broken.stop() }
        let other = try TestFolder()
        await #expect(throws: ModelError.server(name: "ggml-model.bin", status: 500)) { try await downloader(other, broken, tries: 2).download(model) }
        #expect(broken.requests.count >= 2)
    }

    /// A redirect to plain http elsewhere is not followed.
    @Test func unsafeAddresses() async throws {
        let folder = try TestFolder()
        let server = try LocalServer { _, _ in .init(status: 302, headers: [("Location", "http://192.0.2.1/x")]) }
        defer { server.stop() }
        await #expect(throws: ModelError.unsafeAddress("192.0.2.1")) { try await downloader(folder, server).download(model) }
        for (address, isSafe) in [
            ("https://huggingface.co/a", true), ("http://huggingface.co/a", false), ("http://localhost:80/a", true), ("http://localhost.evil.no/a", false),
            ("file:///etc/passwd", false), ("ftp://127.0.0.1/a", false),
        ] { #expect(ModelDownloader.isSafe(try #require(URL(string: address))) == isSafe) }
    }

    @Test func fullDisk() async throws {
        let folder = try TestFolder()
        let server = try LocalServer { request, _ in ranged(Self.bytes, request: request) }
        defer { server.stop() }
        var downloader = downloader(folder, server)
        downloader.freeSpace = 100_000
        await #expect(throws: ModelError.diskFull(name: "ggml-model.bin", needed: 300_000, free: 100_000)) { try await downloader.download(model) }
    }

    @Test func progressMayStop() async throws {
        struct Enough: Error {}
        let folder = try TestFolder()
        let server = try LocalServer { request, _ in ranged(Self.bytes, request: request) }
        defer { server.stop() }
        await #expect(throws: Enough.self) { try await downloader(folder, server).download(model, progress: { if $0.bytes > 0 { throw Enough() } }) }
    }

    /// A CTranslate2 folder: files from several places, one of them not there.
    @Test func foldersOfFiles() async throws {
        let folder = try TestFolder(), model = try ModelCatalogue.model("NB-Whisper-Tiny-ct2")
        let server = try LocalServer { request, _ in
            switch request.path.components(separatedBy: "/resolve/main/").last ?? "" {
            case "ct2/config.json": .init(body: Array("{}".utf8))
            case "ct2/vocabulary.json": .init(body: Array("[]".utf8))
            case "tokenizer.json": .init(body: Array("{\"a\":1}".utf8))
            case "ct2/model.bin": ranged(Self.bytes, request: request)
            default: .init(status: 404)
            }
        }
        defer { server.stop() }
        let record = try await downloader(folder, server).download(model)
        #expect(record.files.map(\.name) == ["config.json", "vocabulary.json", "tokenizer.json", "model.bin"])
        let store = ModelStore(folder: folder.url)
        try store.verify(model.id)
        let place = try store.path(of: model.id)
        #expect(try ModelStore.digest(of: URL(fileURLWithPath: place.path)) == place.digest)
        // One changed byte is found.
        let file = URL(fileURLWithPath: place.path).appendingPathComponent("model.bin")
        var data = try Data(contentsOf: file)
        data[1234] ^= 1
        try data.write(to: file)
        #expect(throws: ModelError.self) { try store.verify(model.id) }
    }

    /// Each revision's own bytes are fetched, and only once.
    @Test func anotherRevisionIsAnotherModel() async throws {
        let folder = try TestFolder(), store = ModelStore(folder: folder.url)
        // Same sizes: only the revision tells them apart.
        let server = try LocalServer { request, _ in
            .init(headers: [("X-Repo-Commit", request.path.contains("/v2/") ? "c2" : "c1")], body: Array((request.path.contains("/v2/") ? "two" : "one").utf8))
        }
        defer { server.stop() }
        var downloader = downloader(folder, server)
        #expect(try await downloader.download(model).requested == "main")
        downloader.revision = "v2"
        let second = try await downloader.download(model)
        #expect(second.requested == "v2" && second.revision == "c2")
        #expect(try Data(contentsOf: URL(fileURLWithPath: store.path(of: model.id).path)) == Data("two".utf8))
        _ = try await downloader.download(model)
        #expect(server.requests.count == 2)
        // A record of an older version says it by its files' addresses.
        let place = store.folder(of: model.id).appendingPathComponent(ModelStore.recordName)
        let old = try String(contentsOf: place, encoding: .utf8).split(separator: "\n").filter { !$0.contains("\"requested\"") }.joined(separator: "\n")
        try Data(old.utf8).write(to: place)
        #expect(try #require(store.record(of: model.id)).requested == nil)
        _ = try await downloader.download(model)
        #expect(server.requests.count == 2)
        downloader.revision = "main"
        try Data(old.utf8).write(to: place)
        _ = try await downloader.download(model)
        #expect(server.requests.count == 3)
        #expect(try Data(contentsOf: URL(fileURLWithPath: store.path(of: model.id).path)) == Data("one".utf8))
        #expect(!ModelError.wrongSize(name: "x", expected: 2, got: 1).description.contains("removed"))
    }

    @Test func theCatalogueIsWhole() throws {
        #expect(Set(ModelCatalogue.models.map(\.id)).count == ModelCatalogue.models.count)
        #expect(ModelCatalogue.models.count == 30)
        for model in ModelCatalogue.models {
            #expect(model.licence == "Apache-2.0" && model.repository.hasPrefix("NbAiLab/nb-whisper-") && model.megabytes > 0)
            #expect(model.files.contains { $0.isRequired })
        }
        #expect(throws: ModelError.self) { try ModelCatalogue.model("nb-whisper-enormous") }
        #expect(
            ModelCatalogue.address("ct2/model.bin", of: try ModelCatalogue.model("nb-whisper-large-verbatim-ct2"), host: try #require(URL(string: "https://huggingface.co")))
                .absoluteString == "https://huggingface.co/NbAiLab/nb-whisper-large-verbatim/resolve/main/ct2/model.bin")
    }
}
