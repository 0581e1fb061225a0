import Signal

extension RecordingInspection {
    /// Inspects a recording in one pass over its sound and one over its bytes; memory does not grow with the duration.
    ///
    /// - Throws: `IngestError` when a file is damaged; what `progress` throws.
    public init(of recording: Recording, progress: Signal.Progress? = nil) throws {
        // Hashing is about a tenth of the work.
        let digests = try recording.partDigests(progress: progress.map { report in { @Sendable in try report(0.1 * $0) } })
        var run = InspectionRun(recording)
        let reader = recording.reader()
        var buffer: [Float] = []
        var done = 0
        while true {
            let got = try reader.read(frames: run.blockFrames, into: &buffer)
            if got == 0 { break }
            run.add(buffer, frames: got)
            done += got
            try progress?(0.1 + 0.9 * Double(done) / Double(max(1, recording.length)))
        }
        run.finish()
        let channels = run.channels
        let dead = channels.indices.filter { channels[$0].isDead }
        let pair = channels.count == 2 && dead.isEmpty ? run.pair?.measures : nil
        digest = ContentDigest.combined(digests)
        parts = zip(recording.parts, digests).map {
            Part(name: ReadOnlyFile.lastComponent($0.path), format: $0.format, byteCount: $0.byteCount, sha256: $1)
        }
        format = recording.format
        seconds = recording.seconds
        metadata = recording.metadata
        layout = ChannelLayout.judge(channels: channels.count, dead: dead, measures: pair)
        self.channels = channels
        bandwidth = run.spectrum.bandwidth
        hum = run.spectrum.hum
        warnings = recording.warnings + reader.warnings
        remarks = []
        remarks = findings()
    }
}

/// The meters of all channels, fed with interleaved blocks.
struct InspectionRun {
    let blockFrames = 32_768
    private let format: AudioFormat
    private let frameLength: Int
    private var meters: [LevelMeter]
    private(set) var pair: PairMeter?
    private(set) var spectrum: SpectrumMeter
    /// Channels after each other, `frameLength` samples each, then their mean.
    private var planes: [Float]
    private var filled = 0

    init(_ recording: Recording) {
        format = recording.format
        frameLength = max(16, format.rate.hertz * 30 / 1_000)
        meters = [LevelMeter](repeating: LevelMeter(format: format), count: format.channels)
        pair = format.channels == 2 ? PairMeter(rate: format.rate, frameLength: frameLength) : nil
        spectrum = SpectrumMeter(rate: format.rate)
        planes = [Float](repeating: 0, count: frameLength * (format.channels + 1))
    }

    mutating func add(_ interleaved: [Float], frames: Int) {
        let channels = format.channels
        var offset = 0
        while offset < frames {
            let take = min(frameLength - filled, frames - offset)
            interleaved.withUnsafeBufferPointer { input in
                planes.withUnsafeMutableBufferPointer { output in
                    InspectionRun.spread(
                        input, from: offset, take, channels, output, at: filled, frameLength)
                }
            }
            filled += take
            offset += take
            if filled == frameLength { flush() }
        }
    }

    private static func spread(
        _ input: UnsafeBufferPointer<Float>, from offset: Int, _ take: Int, _ channels: Int,
        _ output: UnsafeMutableBufferPointer<Float>, at filled: Int, _ frameLength: Int
    ) {
        let mix = channels * frameLength + filled
        if channels == 1 {
            for index in 0..<take {
                let v = input[offset + index]
                output[filled + index] = v
                output[mix + index] = v
            }
        } else if channels == 2 {
            for index in 0..<take {
                let a = input[2 * (offset + index)], b = input[2 * (offset + index) + 1]
                output[filled + index] = a
                output[frameLength + filled + index] = b
                output[mix + index] = 0.5 * (a + b)
            }
        } else {
            let scale = 1 / Float(channels)
            for index in 0..<take {
                var sum: Float = 0
                for channel in 0..<channels {
                    let v = input[(offset + index) * channels + channel]
                    output[channel * frameLength + filled + index] = v
                    sum += v
                }
                output[mix + index] = sum * scale
            }
        }
    }

    private mutating func flush() {
        let channels = format.channels
        let count = filled
        planes.withUnsafeBufferPointer { all in
            func plane(_ number: Int) -> UnsafeBufferPointer<Float> {
                UnsafeBufferPointer(rebasing: all[(number * frameLength)..<(number * frameLength + count)])
            }
            var levels = [-120.0, -120.0]
            var loudest = -120.0
            for channel in 0..<channels {
                let level = meters[channel].frame(plane(channel))
                if channel < 2 { levels[channel] = level }
                loudest = max(loudest, level)
            }
            if count == frameLength { pair?.add(plane(0), plane(1), levels[0], levels[1]) }
            spectrum.add(plane(channels), level: loudest)
        }
        filled = 0
    }

    mutating func finish() {
        if filled > 0 { flush() }
        for index in meters.indices { meters[index].finish() }
    }

    var channels: [ChannelInspection] { meters.map { ChannelInspection($0, format) } }
}

extension ChannelInspection {
    init(_ meter: LevelMeter, _ format: AudioFormat) {
        let floor = meter.levels.percentile(0.10) ?? -120
        let top = meter.levels.percentile(0.95) ?? -120
        let speech = meter.levels.meanLevel(from: (floor + top) / 2) ?? -120
        let silent = meter.frames > 0 ? Double(meter.silentFrames) / Double(meter.frames) : 1
        let peak = decibels(Double(meter.peak) * Double(meter.peak))
        isDead = meter.levels.total == 0 || top < -75 || silent > 0.999
        peakDBFS = peak
        meanDBFS = meter.meanLevel
        speechDBFS = speech
        noiseFloorDBFS = floor
        let excess = decibelPower(speech) - decibelPower(floor)
        signalToNoiseDB = isDead ? nil : max(0, decibels(max(0, excess) / decibelPower(floor)))
        clippedRuns = meter.clippedRuns
        clippedShare = meter.samples > 0 ? Double(meter.clippedSamples) / Double(meter.samples) : 0
        flatTops = peak < -0.2 && meter.clippedRuns == 0 && !format.isLossy ? meter.flatTops : 0
        offset = meter.offset
        digitalSilenceShare = silent
        dropouts = meter.dropouts
        dropoutCount = meter.dropoutCount
    }
}
