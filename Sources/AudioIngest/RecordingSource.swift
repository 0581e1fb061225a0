import Signal

/// All parts of a recording one after the other, interleaved.
final class InterleavedReader {
    private let parts: [Recording.Part]
    private var index = 0
    private var file: AudioFile?
    private(set) var warnings: [IngestWarning] = []
    let channels: Int

    init(_ recording: Recording) {
        parts = recording.parts
        channels = recording.channels
    }

    /// Reads up to `frames` frames; 0 only at the end of the last part.
    func read(frames: Int, into buffer: inout [Float]) throws -> Int {
        while true {
            if file == nil {
                guard index < parts.count else { return 0 }
                let opened = try AudioFile(path: parts[index].path, knownFrames: parts[index].format.frames)
                guard opened.format == parts[index].format else {
                    throw IngestError(
                        .readError, "“\(opened.name)” has changed since it was opened.",
                        advice: "Wait until the file has been copied completely and start again.")
                }
                file = opened
            }
            guard let file else { return 0 }
            let got = try file.read(frames: frames, into: &buffer)
            if got > 0 { return got }
            // Opening found the same warnings before; only what reading found is new.
            warnings += file.warnings.filter { $0.code == .nonFinite }
            self.file = nil
            index += 1
        }
    }
}

/// One channel, or the mean of all, of a recording as mono samples at a chosen rate, read once in blocks.
///
/// The number of samples is round(length · rate / file rate). Reading throws `IngestError` when a file turns out to be
/// damaged.
public final class RecordingSource: SampleSource {
    public let rate: SampleRate
    public let expectedCount: Int?
    /// What reading has found so far.
    public var warnings: [IngestWarning] { reader.warnings }

    private let reader: InterleavedReader
    private let selection: ChannelSelection
    private let resampler: Resampler
    private var interleaved: [Float] = []
    private var mono: [Float] = []
    private var position = 0
    private var finished = false

    /// Frames read at a time.
    private static let blockFrames = 32_768

    init(_ recording: Recording, _ selection: ChannelSelection, rate: SampleRate, quality: Resampler.Quality) throws {
        if case .channel(let number) = selection, number < 0 || number >= recording.channels {
            let have = recording.channels == 1 ? "1 channel" : "\(recording.channels) channels"
            throw IngestError(
                .noSuchChannel,
                "Channel \(number + 1) of “\(ReadOnlyFile.lastComponent(recording.parts[0].path))” was asked for; it has \(have).",
                advice: "Choose a channel from 1 to \(recording.channels), or the mix of all.")
        }
        self.rate = rate
        self.selection = selection
        expectedCount = recording.rate.convert(recording.length, to: rate)
        reader = recording.reader()
        resampler = try Resampler(from: recording.rate, to: rate, quality: quality)
        mono = [Float](repeating: 0, count: RecordingSource.blockFrames)
    }

    public func nextBlock() throws -> AudioBlock? {
        var output: [Float] = []
        output.reserveCapacity(RecordingSource.blockFrames)
        while output.isEmpty, !finished {
            let got = try reader.read(frames: RecordingSource.blockFrames, into: &interleaved)
            if got == 0 {
                finished = true
                try resampler.finish(appendingTo: &output)
            } else {
                RecordingSource.select(selection, interleaved, channels: reader.channels, frames: got, into: &mono)
                try mono.withUnsafeBufferPointer {
                    try resampler.process(UnsafeBufferPointer(rebasing: $0[..<got]), appendingTo: &output)
                }
            }
        }
        guard !output.isEmpty else { return nil }
        defer { position += output.count }
        return AudioBlock(start: position, samples: output)
    }

    static func select(
        _ selection: ChannelSelection, _ interleaved: [Float], channels: Int, frames: Int, into mono: inout [Float]
    ) {
        interleaved.withUnsafeBufferPointer { input in
            mono.withUnsafeMutableBufferPointer { output in
                switch selection {
                case .channel(let number):
                    for frame in 0..<frames { output[frame] = input[frame * channels + number] }
                case .mix where channels == 1:
                    for frame in 0..<frames { output[frame] = input[frame] }
                case .mix where channels == 2:
                    for frame in 0..<frames { output[frame] = 0.5 * (input[2 * frame] + input[2 * frame + 1]) }
                case .mix:
                    let scale = 1 / Float(channels)
                    for frame in 0..<frames {
                        var sum: Float = 0
                        for channel in 0..<channels { sum += input[frame * channels + channel] }
                        output[frame] = sum * scale
                    }
                }
            }
        }
    }
}
