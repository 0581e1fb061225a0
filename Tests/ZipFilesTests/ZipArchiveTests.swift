import CZip
import Foundation
import Testing

@testable import ZipFiles

@Suite struct ZipArchiveTests {
    /// An archive by Python's own writer.
    private func archive(_ script: String) throws -> Data {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("zip-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: url) }
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-W", "ignore", "-c", "import sys,zipfile,struct\nz=zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_DEFLATED)\n\(script)\nz.close()", url.path]
        try python.run()
        python.waitUntilExit()
        try #require(python.terminationStatus == 0)
        return try Data(contentsOf: url)
    }

    private func fault(_ work: () throws -> Void) -> ZipFault? {
        do { try work() } catch { return error as? ZipFault }
        return nil
    }

    @Test func whatWasPackedComesOut() throws {
        let zip = try ZipArchive(archive("""
            z.writestr('mappe/','')
            z.writestr('mappe/å.txt','blåbær '*50000)
            z.writestr(zipfile.ZipInfo('rå.bin'),bytes(range(256)))
            z.writestr('tom','')
            """))
        #expect(zip.parts.map(\.name) == ["mappe/", "mappe/å.txt", "rå.bin", "tom"])
        #expect(zip.parts.map(\.isFolder) == [true, false, false, false] && zip.parts[1].isCompressed && !zip.parts[2].isCompressed)
        #expect(try zip.data(zip.parts[1]) == Data(String(repeating: "blåbær ", count: 50_000).utf8))
        #expect(try zip.data(#require(zip.part("rå.bin"))) == Data(0...255))
        #expect(try zip.data(zip.parts[3]).isEmpty && zip.part("borte") == nil && zip.comment.isEmpty && zip.extraFields(zip.parts[1]).isEmpty)
    }

    @Test func commentsAndExtraFieldsComeOut() throws {
        let zip = try ZipArchive(archive("""
            i=zipfile.ZipInfo('a'); i.comment=b'en merknad'; i.extra=struct.pack('<HH',0x7a7a,3)+b'abc'
            z.writestr(i,'x')
            z.comment=b'om alt'
            """))
        #expect(zip.comment == Data("om alt".utf8) && zip.comment(zip.parts[0]) == Data("en merknad".utf8))
        #expect(zip.extraFields(zip.parts[0]) == [.init(id: 0x7A7A, data: Data("abc".utf8))], "in both headers, told once")
    }

    @Test func limitsHold() throws {
        let data = try archive("for i in range(5): z.writestr('%d'%i, bytes(100_000))")
        #expect(fault { _ = try ZipArchive(data, budget: ZipBudget(parts: 4)) } == .tooMany(limit: 4))
        let small = try ZipArchive(data, budget: ZipBudget(partBytes: 99_999))
        #expect(fault { _ = try small.data(small.parts[0]) } == .partTooLarge(part: "0", limit: 99_999))
        // One budget over several parts, and over several archives.
        let budget = ZipBudget(totalBytes: 250_000), first = try ZipArchive(data, budget: budget), second = try ZipArchive(data, budget: budget)
        _ = try first.data(first.parts[0])
        _ = try second.data(second.parts[1])
        #expect(fault { _ = try first.data(first.parts[2]) } == .tooLarge(limit: 250_000))
    }

    /// A size that lies is found out while unpacking.
    @Test func aStatedSizeIsNotBelieved() throws {
        var data = try archive("z.writestr('a', bytes(200_000))")
        let central = try #require(data.range(of: Data([0x50, 0x4B, 1, 2])))
        for place in [22, central.lowerBound + 24] { data.replaceSubrange(place..<place + 4, with: [10, 0, 0, 0]) }
        let zip = try ZipArchive(data, budget: ZipBudget(partBytes: 100_000))
        let found = fault { _ = try zip.data(zip.parts[0]) }
        #expect(found == .damaged(part: "a") || found == .partTooLarge(part: "a", limit: 100_000))
    }

    @Test func damagedAndLockedOnesAreTold() throws {
        let whole = try archive("z.writestr('a', bytes(range(256))*200)\nz.writestr('b','ja')")
        #expect(fault { _ = try ZipArchive(whole.prefix(whole.count / 2)) } == .notArchive)
        #expect(fault { _ = try ZipArchive(Data("ikke et arkiv".utf8)) } == .notArchive && fault { _ = try ZipArchive(Data()) } == .notArchive)
        var broken = whole
        for place in 60..<80 { broken[place] ^= 0xFF }
        let zip = try ZipArchive(broken)
        #expect(fault { _ = try zip.data(zip.parts[0]) } == .damaged(part: "a"))
        #expect(try zip.data(zip.parts[1]) == Data("ja".utf8))
        var locked = whole
        locked[6] |= 1
        let central = try #require(locked.range(of: Data([0x50, 0x4B, 1, 2])))
        locked[central.lowerBound + 8] |= 1
        let closed = try ZipArchive(locked)
        #expect(closed.parts[0].isEncrypted && fault { _ = try closed.data(closed.parts[0]) } == .encrypted(part: "a"))
    }
}
