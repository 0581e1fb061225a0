import Foundation
import Signal

/// Anything that says words and tells where each of them lies.
public protocol SpeechRenderer {
    /// - Parameter words: as they are to be pronounced, punctuation included, without white space inside a word.
    func render(words: [String]) throws -> SyntheticSpeech
}

extension SpeechSynthesizer: SpeechRenderer {}

/// A synthesiser in a process of its own.
///
/// libespeak-ng keeps hidden state in globals: how a consonant sounds depends on all that the process said before. A process
/// per recording says the same words the same way whatever else is being processed, so the same recording gives the same
/// bytes; and recordings in parallel do not wait for one another.
///
/// The worker reads a JSON array of words a line and answers with a JSON line and 16-bit samples.
public final class IsolatedSynthesizer: SpeechRenderer {
    private let process = Process()
    private let input = Pipe(), output = Pipe()
    private var buffer = Data()

    struct Reply: Codable {
        var rate = 0
        var samples = 0
        /// Start and end by word.
        var words: [[Int]] = []
        var phones: [Phone] = []
        var error: String?

        struct Phone: Codable {
            var symbol: String
            var start: Int
            var end: Int
            var word: Int?
        }
    }

    /// - Parameters:
    ///   - program: an executable that runs ``SynthesisWorker`` when called with `arguments`.
    public init(program: URL, arguments: [String]) throws {
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        do { try process.run() } catch { throw SynthesisError.workerFailed(reason: "it cannot be started") }
    }

    deinit {
        // An empty line ends the worker; it keeps nothing that must be saved, so it is not waited for.
        try? input.fileHandleForWriting.write(contentsOf: Data([0x0A]))
        try? input.fileHandleForWriting.close()
        process.terminate()
    }

    public func render(words: [String]) throws -> SyntheticSpeech {
        var request = try JSONEncoder().encode(words)
        request.append(0x0A)
        do { try input.fileHandleForWriting.write(contentsOf: request) } catch {
            throw SynthesisError.workerFailed(reason: "it ended early")
        }
        let reply = try JSONDecoder().decode(Reply.self, from: line())
        if let error = reply.error { throw SynthesisError.workerFailed(reason: error) }
        guard reply.rate > 0, reply.samples >= 0, reply.samples < 1 << 30 else {
            throw SynthesisError.workerFailed(reason: "it answered nonsense")
        }
        let bytes = try take(reply.samples * 2)
        var samples = [Float](repeating: 0, count: reply.samples)
        bytes.withUnsafeBytes { raw in
            for index in 0..<reply.samples {
                let value = Int16(littleEndian: raw.loadUnaligned(fromByteOffset: index * 2, as: Int16.self))
                samples[index] = Float(value) / 32_768
            }
        }
        return SyntheticSpeech(
            rate: SampleRate(reply.rate), samples: samples,
            words: reply.words.map { $0.count == 2 ? SampleRange($0[0], $0[1]) : SampleRange(0, 0) },
            phones: reply.phones.map { .init(symbol: $0.symbol, range: SampleRange($0.start, $0.end), word: $0.word) })
    }

    private func fill() throws {
        // The plain system call: it returns what there is, where FileHandle waits for all it was asked for.
        var block = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(output.fileHandleForReading.fileDescriptor, &block, block.count)
        if count < 0 && errno == EINTR { return }
        guard count > 0 else { throw SynthesisError.workerFailed(reason: "it ended early") }
        buffer.append(contentsOf: block[0..<count])
    }

    private func line() throws -> Data {
        var searched = 0
        while true {
            if let end = buffer.dropFirst(searched).firstIndex(of: 0x0A) {
                let line = Data(buffer[buffer.startIndex..<end])
                buffer = Data(buffer[(end + 1)...])
                return line
            }
            searched = buffer.count
            try fill()
        }
    }

    private func take(_ count: Int) throws -> Data {
        while buffer.count < count { try fill() }
        let bytes = Data(buffer.prefix(count))
        buffer = Data(buffer.dropFirst(count))
        return bytes
    }
}

/// The other end of ``IsolatedSynthesizer``.
public enum SynthesisWorker {
    /// Serves until its input ends.
    public static func serve(voice: String, output: FileHandle = .standardOutput) throws {
        let synthesizer = Result { try SpeechSynthesizer(voice: voice) }
        while let line = readLine(strippingNewline: true), !line.isEmpty {
            var reply = IsolatedSynthesizer.Reply(), bytes = Data()
            do {
                let words = try JSONDecoder().decode([String].self, from: Data(line.utf8))
                let speech = try synthesizer.get().render(words: words)
                reply.rate = speech.rate.hertz
                reply.samples = speech.samples.count
                reply.words = speech.words.map { [$0.start, $0.end] }
                reply.phones = speech.phones.map {
                    .init(symbol: $0.symbol, start: $0.range.start, end: $0.range.end, word: $0.word)
                }
                bytes.reserveCapacity(speech.samples.count * 2)
                for sample in speech.samples {
                    let value = Int16(max(-32_768, min(32_767, (sample * 32_768).rounded()))).littleEndian
                    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
                }
            } catch {
                reply = IsolatedSynthesizer.Reply(error: (error as? SynthesisError)?.description ?? "unexpected error")
                bytes = Data()
            }
            var data = try JSONEncoder().encode(reply)
            data.append(0x0A)
            try output.write(contentsOf: data + bytes)
        }
    }
}
