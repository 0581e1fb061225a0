import CSndFile
import Foundation
import Testing

@testable import AudioIngest

/// A folder that goes away with the test.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/ingest-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ bytes: [UInt8]) -> String {
        let full = path + "/" + name
        _ = FileManager.default.createFile(atPath: full, contents: Data(bytes))
        return full
    }

    func path(_ name: String) -> String { path + "/" + name }
}

/// A small generator with a seed (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
    mutating func uniform() -> Double { Double(next() >> 11) / Double(1 << 53) }
    mutating func noise() -> Float { Float(uniform() * 2 - 1) }
}

func sine(_ frequency: Double, rate: Int, count: Int, amplitude: Double = 0.5, phase: Double = 0) -> [Float] {
    (0..<count).map { Float(amplitude * sin(2 * .pi * frequency * Double($0) / Double(rate) + phase)) }
}

func interleave(_ channels: [[Float]]) -> [Float] {
    guard let count = channels.first?.count else { return [] }
    return (0..<count).flatMap { index in channels.map { $0[index] } }
}

/// Little-endian bytes.
func le<T: FixedWidthInteger>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }
func padded(_ text: String, _ length: Int) -> [UInt8] {
    Array((Array(text.utf8) + [UInt8](repeating: 0, count: length)).prefix(length))
}
func chunk(_ id: String, _ body: [UInt8]) -> [UInt8] {
    ascii(id) + le(UInt32(body.count)) + body + (body.count % 2 == 1 ? [0] : [])
}

/// A 16-bit PCM WAVE file built by hand, independently of the library under test.
func wave16(
    _ samples: [Float], rate: Int = 16_000, channels: Int = 1, before: [UInt8] = [], after: [UInt8] = []
) -> [UInt8] {
    let fmt = le(UInt16(1)) + le(UInt16(channels)) + le(UInt32(rate)) + le(UInt32(rate * channels * 2))
        + le(UInt16(channels * 2)) + le(UInt16(16))
    let pcm = samples.flatMap { le(Int16(max(-32_768, min(32_767, ($0 * 32_768).rounded())))) }
    let body = ascii("WAVE") + chunk("fmt ", fmt) + before + chunk("data", pcm) + after
    return ascii("RIFF") + le(UInt32(body.count)) + body
}

/// The body of a `bext` chunk.
func bext(
    date: String = "2024-03-12", time: String = "14:03:00", reference: UInt64 = 0, description: String = "", history: String = ""
) -> [UInt8] {
    padded(description, 256) + padded("Recorder", 32) + padded("REF1", 32) + padded(date, 10) + padded(time, 8)
        + le(reference) + le(UInt16(1)) + [UInt8](repeating: 0, count: 254) + ascii(history)
}

/// Writes with libsndfile in any format it knows.
func writeSound(_ path: String, _ samples: [Float], rate: Int, channels: Int, format: Int) throws {
    var info = SF_INFO()
    info.samplerate = Int32(rate)
    info.channels = Int32(channels)
    info.format = Int32(format)
    let handle = try #require(sf_open(path, Int32(SFM_WRITE), &info), "libsndfile cannot write \(path)")
    let frames = sf_count_t(samples.count / channels)
    var written: sf_count_t = 0
    // In blocks: some encoders keep a block on the stack.
    samples.withUnsafeBufferPointer { all in
        while written < frames {
            let take = min(4_096, frames - written)
            let got = sf_writef_float(handle, all.baseAddress! + Int(written) * channels, take)
            if got <= 0 { break }
            written += got
        }
    }
    sf_close(handle)
    #expect(written == frames)
}

func bytes(_ path: String) -> [UInt8] { FileManager.default.contents(atPath: path).map(Array.init) ?? [] }

/// All samples of a source.
func collect(_ source: RecordingSource) throws -> [Float] {
    var result: [Float] = []
    while let block = try source.nextBlock() {
        #expect(block.start == result.count)
        result += block.samples
    }
    return result
}

func thrown(_ work: () throws -> Void) -> IngestError? {
    do {
        try work()
        return nil
    } catch let error as IngestError {
        return error
    } catch {
        Issue.record("not an IngestError: \(error)")
        return nil
    }
}
