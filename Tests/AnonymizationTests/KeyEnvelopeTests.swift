import Foundation
import Testing

@testable import Anonymization

@Suite struct KeyEnvelopeTests {
    static let cheap = KeyEnvelope.Cost(n: 1 << 10, r: 8, p: 1)
    static let study = "00112233445566778899aabbccddeeff"

    private func closed(_ text: String = "kari nordmann = Informant 4", _ passphrase: String = "hest batteri stift") throws -> KeyEnvelope {
        try KeyEnvelope(closing: Data(text.utf8), study: Self.study, key: .init(passphrase: passphrase, cost: Self.cheap))
    }

    /// RFC 7914, section 12.
    @Test(arguments: [
        (
            "password", "NaCl", 1024, 8, 16,
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        ),
        (
            "pleaseletmein", "SodiumChloride", 16384, 8, 1,
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        ),
    ]) func scryptGivesTheStandardsValues(_ passphrase: String, _ salt: String, _ n: Int, _ r: Int, _ p: Int, _ expected: String) throws {
        let bytes = try Scrypt.derive(Data(passphrase.utf8), salt: Data(salt.utf8), cost: .init(n: n, r: r, p: p), count: 64)
        #expect(bytes.map { String(format: "%02x", $0) }.joined() == expected)
    }

    @Test func whatWasClosedOpensWithThePassphraseAlone() throws {
        let envelope = try closed(), again = try KeyEnvelope(envelope.data)
        #expect(again.study == Self.study)
        #expect(try again.open(again.key("hest batteri stift")) == Data("kari nordmann = Informant 4".utf8))
        #expect(throws: KeyEnvelopeFault.wrongPassphrase) { try again.open(again.key("hest batteri stifta")) }
        #expect(throws: KeyEnvelopeFault.emptyPassphrase) { try again.key("") }
        // A letter with its accent, in one piece or two.
        let accented = try closed("x", "ca\u{0301}fe\u{0301} pa\u{030A} hjørnet")
        #expect(try accented.open(accented.key("cáfé på hjørnet")) == Data("x".utf8))
    }

    @Test func saltAndNonceAreFresh() throws {
        let key = try KeyEnvelope.Key(passphrase: "hest batteri stift", cost: Self.cheap)
        let one = try KeyEnvelope(closing: Data("a".utf8), study: Self.study, key: key), other = try KeyEnvelope(closing: Data("a".utf8), study: Self.study, key: key)
        #expect(one.header.nonce != other.header.nonce)
        #expect(try closed().header.kdf.salt != closed().header.kdf.salt)
        #expect(Set((0..<200).map { _ in KeyEnvelope.randomPassphrase() }).count == 200)
        #expect(KeyEnvelope.randomPassphrase().count == 35)
    }

    @Test func nothingOfTheContentShows() throws {
        let text = String(decoding: try closed().data, as: UTF8.self)
        for word in ["kari", "nordmann", "Informant"] {
            #expect(!text.contains(word))
            #expect(!text.contains(Data(word.utf8).base64EncodedString().prefix(5)))
        }
    }

    /// Every byte, changed in any way: refused, and by a message that does not blame the passphrase.
    @Test func aChangeOfAnyByteIsRefused() throws {
        let whole = try closed().data
        var generator = SystemRandomNumberGenerator()
        for place in whole.indices {
            var data = whole
            data[place] ^= UInt8.random(in: 1...255, using: &generator)
            do {
                _ = try KeyEnvelope(data)
                Issue.record("byte \(place)")
            } catch let fault as KeyEnvelopeFault {
                #expect([.damaged, .notRegister, .cutShort].contains(fault), "byte \(place): \(fault)")
            }
        }
    }

    @Test func aFileCutAnywhereIsRefused() throws {
        let whole = try closed().data
        for length in 0..<whole.count {
            do {
                _ = try KeyEnvelope(whole.prefix(length))
                Issue.record("length \(length)")
            } catch let fault as KeyEnvelopeFault { #expect(fault == .cutShort, "length \(length): \(fault)") }
        }
        #expect(throws: KeyEnvelopeFault.damaged) { try KeyEnvelope(whole + Data("\n".utf8)) }
        #expect(throws: KeyEnvelopeFault.damaged) { try KeyEnvelope(whole + whole) }
        #expect(throws: KeyEnvelopeFault.notRegister) { try KeyEnvelope(Data("{\"entries\":[]}".utf8)) }
        #expect(throws: KeyEnvelopeFault.notRegister) { try KeyEnvelope(Data((0..<300).map { UInt8($0 & 255) })) }
    }

    /// Somebody who knows the format changes a part and sums the file up again.
    private func forged(_ envelope: KeyEnvelope, header: (inout [String: Any]) -> Void = { _ in }, body: (inout Data) -> Void = { _ in }) throws -> Data {
        let lines = String(decoding: envelope.data, as: UTF8.self).split(separator: "\n")
        var object = try #require(JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        header(&object)
        var bytes = try #require(Data(base64Encoded: String(lines[1])))
        body(&bytes)
        let first = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        return Self.summed(first, bytes.base64EncodedData())
    }

    private static func summed(_ first: Data, _ second: Data) -> Data {
        let plain = first + [0x0A] + second + [0x0A]
        // Independent of the code under test: the system's own sum.
        let process = Process(), input = Pipe(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import sys,hashlib;sys.stdout.write(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())"]
        process.standardInput = input
        process.standardOutput = output
        try? process.run()
        input.fileHandleForWriting.write(plain)
        try? input.fileHandleForWriting.close()
        let sum = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return plain + sum + [0x0A]
    }

    @Test func aForgedFileDoesNotOpen() throws {
        let envelope = try closed(), passphrase = "hest batteri stift"
        // Untouched, the forger's writing is the file itself: the test's own hand is right.
        #expect(try forged(envelope) == envelope.data)
        func fault(_ data: Data) -> KeyEnvelopeFault? {
            do {
                let read = try KeyEnvelope(data)
                _ = try read.open(read.key(passphrase))
                return nil
            } catch { return error as? KeyEnvelopeFault }
        }
        for place in [0, 5, 26, 27, 42] {
            #expect(fault(try forged(envelope, body: { $0[min(place, $0.count - 1)] ^= 1 })) == .tampered)
        }
        #expect(fault(try forged(envelope, header: { $0["study"] = "ffffffffffffffffffffffffffffffff" })) == .tampered)
        #expect(fault(try forged(envelope, header: { $0["nonce"] = Data(repeating: 7, count: 12).base64EncodedString() })) == .tampered)
        #expect(fault(try forged(envelope, header: { $0["check"] = Data(repeating: 7, count: 16).base64EncodedString() })) == .wrongPassphrase)
        #expect(fault(try forged(envelope, header: { $0["format"] = 2 })) == .newer(2))
        #expect(fault(try forged(envelope, header: { $0["cipher"] = "none" })) == .damaged)
        #expect(fault(try forged(envelope, header: { $0["length"] = 9 })) == .damaged)
        func cost(_ name: String, _ value: Int) throws -> Data {
            try forged(envelope, header: { object in
                var kdf = object["kdf"] as? [String: Any] ?? [:]
                kdf[name] = value
                object["kdf"] = kdf
            })
        }
        // Bombs: memory, time, and numbers that overflow. Refused before anything is derived.
        for (name, value) in [("n", 1 << 20), ("n", 1 << 40), ("n", Int.max), ("n", 3000), ("n", 0), ("n", -1024), ("n", 512), ("r", 1024), ("r", 0), ("p", 1_000_000), ("p", -1), ("p", Int.max)] {
            #expect(fault(try cost(name, value)) == .excessive, "\(name) \(value)")
        }
        #expect(fault(try cost("n", 2048)) == .wrongPassphrase)
    }

    @Test func contentOfAnyLengthComesBack() throws {
        let key = try KeyEnvelope.Key(passphrase: "hest batteri stift", cost: Self.cheap)
        for length in [0, 1, 2, 15, 16, 17, 63, 64, 65, 10_000] {
            let content = Data((0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            let envelope = try KeyEnvelope(KeyEnvelope(closing: content, study: Self.study, key: key).data)
            #expect(try envelope.open(key) == content)
        }
    }
}
