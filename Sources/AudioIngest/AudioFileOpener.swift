import CSndFile
import Foundation
import Signal

/// Finds out what a file is, how much of it can be read, and which decoder settings that takes.
enum AudioFileOpener {
    struct Opened {
        var decoder: SoundDecoder
        var format: AudioFormat
        var metadata: RecorderMetadata
        var warnings: [IngestWarning]
    }

    /// - Parameter knownFrames: the length found when the file was opened before; spares proving it again.
    static func open(path: String, knownFrames: Int? = nil) throws -> Opened {
        let file = try ReadOnlyFile(path: path)
        guard file.size > 0 else {
            throw IngestError(
                .empty, "“\(file.name)” is empty (0 bytes).",
                advice: "Copy it again from the recorder; if it is empty there, the recording was never saved.")
        }
        let head = try file.bytes(at: 0, count: 512)
        switch FileSniffer.kind(head: head) {
        case .foreignAudio(let kind): throw IngestError.unsupported(file.name, kind)
        case .other(let kind): throw IngestError.notAudio(file.name, kind)
        case .unknown where !mayBePaddedMP3(file.name):
            throw IngestError.notAudio(file.name, "unknown binary data")
        default: break
        }
        if let chunks = try RIFFChunks.walk(file) { return try openRIFF(file, chunks, knownFrames) }
        var opened = try openPlain(file)
        if let found = try PromisedLength.find(file), found.promised > found.available, opened.format.frames > 0 {
            opened.warnings.append(cutOffWarning(file.name, promised: found.promised, available: found.available))
        }
        try settleLength(&opened, knownFrames)
        return opened
    }

    /// Some recorders put padding before the first MP3 frame; only the name tells that it is worth looking for one.
    private static func mayBePaddedMP3(_ name: String) -> Bool {
        let lower = name.lowercased()
        return lower.hasSuffix(".mp3") || lower.hasSuffix(".mp2")
    }

    // MARK: RIFF family

    private static func openRIFF(_ file: ReadOnlyFile, _ chunks: RIFFChunks, _ knownFrames: Int?) throws -> Opened {
        guard let formatChunk = chunks.first("fmt "),
            let wave = WaveFormatChunk(try file.bytes(at: formatChunk.offset, count: Int(min(formatChunk.available, 64))))
        else {
            if chunks.endsCleanly || chunks.chunks.isEmpty || chunks.first("data") == nil {
                throw cutOff(file.name, "it ends before the description of the sound")
            }
            throw absurd(file.name, "the description of the sound is missing")
        }
        if let absurdity = wave.absurdity { throw absurd(file.name, absurdity) }
        guard let data = chunks.first("data") else { throw cutOff(file.name, "it ends before the first sample") }
        let (metadata, metadataWarnings) = try RecorderMetadata.read(file, chunks)
        var warnings = metadataWarnings

        if let size = try repairedDataSize(file, chunks, data) {
            guard size > 0 else { throw cutOff(file.name, "it ends before the first sample") }
            warnings.append(
                IngestWarning(
                    .unfinishedHeader,
                    "The header of “\(file.name)” was never finished (the recorder lost power, or the file outgrew "
                        + "what a WAV header can say); the sound is read to the end of the file. Check the end by ear."))
            if let opened = try openRaw(file, chunks, wave, data, size, metadata, warnings) { return opened }
        } else if data.promised > data.available {
            guard data.available > 0 else { throw cutOff(file.name, "it ends before the first sample") }
            warnings.append(cutOffWarning(file.name, promised: data.promised, available: data.available))
        } else if data.promised == 0 {
            throw noSamples(file.name)
        } else if !chunks.endsCleanly, file.size - chunks.end > 8 {
            warnings.append(
                IngestWarning(
                    .trailingBytes,
                    "“\(file.name)” has \(file.size - chunks.end) bytes after its last readable part; its header may be too short."
                ))
        }
        do {
            var opened = try openPlain(
                file, containerName: chunks.container == .wave64 ? "W64" : nil, metadata: metadata, warnings: warnings)
            opened.format.container = containerName(chunks, metadata, opened.format.container)
            if let bytes = wave.bytesPerSample, opened.format.channels > 0 {
                let most = Int(data.available) / max(1, bytes * opened.format.channels)
                opened.format.frames = min(opened.format.frames, most)
            }
            if opened.format.frames <= 0 { throw noSamples(file.name) }
            // A sound decoder in a WAV coat (MP3, ADPCM) has a length that only decoding proves.
            if wave.bytesPerSample == nil { try settleLength(&opened, knownFrames) }
            return opened
        } catch let error as IngestError where [.corrupt, .absurdHeader, .noSamples, .unsupportedFormat].contains(error.code) {
            if let opened = try openRaw(file, chunks, wave, data, data.available, metadata, warnings) { return opened }
            if error.code == .unsupportedFormat || !wave.isDecodable {
                throw IngestError.unsupported(file.name, "a WAV file whose sound is coded as \(wave.name)")
            }
            throw error
        }
    }

    private static func containerName(_ chunks: RIFFChunks, _ metadata: RecorderMetadata, _ name: String) -> String {
        switch chunks.container {
        case .wave64: "W64"
        case .rf64: "RF64"
        case .bw64: "BW64"
        case .riff: metadata.broadcast == nil ? name : "BWF"
        }
    }

    /// The bytes of sound when the header's own figure cannot be right, else nil.
    private static func repairedDataSize(
        _ file: ReadOnlyFile, _ chunks: RIFFChunks, _ data: RIFFChunks.Chunk
    ) throws -> Int64? {
        let rest = file.size - data.offset
        switch chunks.container {
        case .riff:
            if data.promised == 0xFFFF_FFFF, rest < data.promised { return rest }
            if data.promised == 0, rest >= 1 {
                return try RIFFChunks.isChunkList(file, from: data.offset) ? nil : rest
            }
            // 32-bit sizes start again from 0 every 4 GiB.
            if rest - data.promised >= 1 << 32 { return data.promised + ((rest - data.promised) >> 32) << 32 }
            return nil
        case .rf64, .bw64:
            return (data.promised == 0xFFFF_FFFF || data.promised == 0) && rest > 0 ? rest : nil
        case .wave64:
            return data.promised == 0 && rest > 0 ? rest : nil
        }
    }

    /// Opens the body of a WAVE file as headerless samples; nil when the encoding is not one of fixed size.
    private static func openRaw(
        _ file: ReadOnlyFile, _ chunks: RIFFChunks, _ wave: WaveFormatChunk, _ data: RIFFChunks.Chunk, _ size: Int64,
        _ metadata: RecorderMetadata, _ warnings: [IngestWarning]
    ) throws -> Opened? {
        guard let bytes = wave.bytesPerSample else { return nil }
        let sub: Int
        switch (wave.tag, bytes) {
        case (1, 1): sub = SF_FORMAT_PCM_U8
        case (1, 2): sub = SF_FORMAT_PCM_16
        case (1, 3): sub = SF_FORMAT_PCM_24
        case (1, 4): sub = SF_FORMAT_PCM_32
        case (3, 4): sub = SF_FORMAT_FLOAT
        case (3, 8): sub = SF_FORMAT_DOUBLE
        case (6, _): sub = SF_FORMAT_ALAW
        case (7, _): sub = SF_FORMAT_ULAW
        default: return nil
        }
        let frameSize = Int64(bytes * wave.channels)
        let frames = min(size, file.size - data.offset) / frameSize
        guard frames > 0 else { return nil }
        var info = SF_INFO()
        info.samplerate = Int32(wave.rate)
        info.channels = Int32(wave.channels)
        info.format = Int32(SF_FORMAT_RAW | sub | SF_ENDIAN_LITTLE)
        let input = SoundInput(file: file, base: data.offset, length: frames * frameSize)
        guard let decoder = SoundDecoder(input, &info) else { return nil }
        info.frames = frames
        guard var format = AudioFormat(info, containerName: nil) else { return nil }
        format.container = containerName(chunks, metadata, "WAV")
        return Opened(decoder: decoder, format: format, metadata: metadata, warnings: warnings)
    }

    // MARK: Everything that libsndfile opens by itself

    private static func openPlain(
        _ file: ReadOnlyFile, containerName: String? = nil, metadata: RecorderMetadata? = nil,
        warnings: [IngestWarning] = []
    ) throws -> Opened {
        var info = SF_INFO()
        let input = SoundInput(file: file)
        guard let decoder = SoundDecoder(input, &info) else {
            if input.failure != 0 { throw file.readError(input.failure) }
            if let found = try PromisedLength.find(file), found.promised > found.available {
                throw IngestError(
                    .cutOff,
                    "“\(file.name)” is cut off: its header promises \(found.promised) bytes of sound and \(found.available) are there.",
                    advice: "Copy the file again from the recorder or a backup. If there is none, “ffmpeg -i FILE fixed.wav” "
                        + "may save the part that is there.")
            }
            throw openFailure(file.name)
        }
        if input.failure != 0 { throw file.readError(input.failure) }
        if Int(info.samplerate) < AudioFormat.lowestRate || Int(info.samplerate) > AudioFormat.highestRate {
            throw absurd(file.name, "it says that the sampling frequency is \(info.samplerate) Hz")
        }
        if info.channels <= 0 || Int(info.channels) > AudioFormat.mostChannels {
            throw absurd(file.name, "it says that there are \(info.channels) channels")
        }
        guard let format = AudioFormat(info, containerName: containerName) else {
            throw IngestError.notAudio(file.name, "data of another kind")
        }
        let found = metadata ?? RecorderMetadata.tags(of: decoder.handle)
        return Opened(decoder: decoder, format: format, metadata: found, warnings: warnings)
    }

    /// Proves the announced length of a compressed file by decoding its end; when that fails, counts by decoding it all.
    private static func settleLength(_ opened: inout Opened, _ knownFrames: Int?) throws {
        if let knownFrames {
            opened.format.frames = knownFrames
            return
        }
        let file = opened.decoder.input.file
        let announced = opened.format.frames
        let unknown = announced >= Int(Int64.max / 2) || announced < 0
        if announced == 0 {
            throw noSamples(file.name)
        }
        if !unknown {
            if endIsReadable(opened) { return }
            try reopen(&opened)
        }
        let counted = countFrames(opened)
        if opened.decoder.input.failure != 0 { throw file.readError(opened.decoder.input.failure) }
        let failed = opened.decoder.failed
        let complaint = SoundDecoder.message(opened.decoder)
        let atEnd = opened.decoder.input.reachedEnd
        try reopen(&opened)
        guard counted > 0 else {
            if !unknown || failed { throw cutOff(file.name, "no sample can be decoded") }
            throw noSamples(file.name)
        }
        if failed, !atEnd {
            throw IngestError(
                .corrupt,
                "“\(file.name)” is damaged: the decoder stops \(AudioFormat.clock(opened.format.rate.seconds(counted))) "
                    + "into the recording (\(complaint)).",
                advice: "Copy the file again from the recorder or a backup. If there is none, a repair with "
                    + "“ffmpeg -i FILE fixed.wav” often saves the rest; check the times after the damage by ear.")
        }
        opened.format.frames = counted
        let length = AudioFormat.clock(opened.format.rate.seconds(counted))
        // Encoders count their delay and padding in or out, which comes to a few packets of 1152 samples.
        if !unknown, opened.format.isLossy, abs(announced - counted) <= 3 * 1_152 { return }
        let estimated = opened.format.container == "MP3" && counted > announced - announced / 50
        // An Ogg stream without a length is one whose last page is missing.
        if unknown && opened.format.container == "Ogg" {
            opened.warnings.append(
                IngestWarning(
                    .cutOff,
                    "“\(file.name)” is cut off: the end of the stream is missing; \(length) can be decoded. That part is used; "
                        + "copy the file again if the original is whole."))
        } else if unknown || estimated {
            opened.warnings.append(
                IngestWarning(
                    .lengthCounted,
                    "“\(file.name)” does not say how long it is, or only about; decoding it gave \(length). "
                        + "It may have been cut off: compare with the duration that you expect."))
        } else {
            let promised = AudioFormat.clock(opened.format.rate.seconds(announced))
            opened.warnings.append(
                IngestWarning(
                    .cutOff,
                    "“\(file.name)” is cut off: it promises \(promised) of sound and \(length) can be decoded. That part is "
                        + "used; copy the file again if the original is whole."))
        }
    }

    private static func endIsReadable(_ opened: Opened) -> Bool {
        let frames = opened.format.frames
        let back = min(frames, 4_608)
        guard opened.decoder.seek(frames - back) else { return rewind(opened, false) }
        var buffer = [Float](repeating: 0, count: back * opened.format.channels)
        var done = 0
        while done < back {
            let got = buffer.withUnsafeMutableBufferPointer { opened.decoder.read($0.baseAddress, frames: back - done) }
            if got == 0 { break }
            done += got
        }
        return rewind(opened, done == back && !opened.decoder.failed)
    }

    private static func rewind(_ opened: Opened, _ good: Bool) -> Bool {
        opened.decoder.seek(0) && good
    }

    private static func countFrames(_ opened: Opened) -> Int {
        let block = 16_384
        var buffer = [Float](repeating: 0, count: block * opened.format.channels)
        var total = 0
        // No codec packs more than this into a byte; a decoder that goes on for ever stops here.
        let most = Int(min(opened.decoder.input.file.size, 1 << 44)) * 65_536
        while total < most {
            let got = buffer.withUnsafeMutableBufferPointer { opened.decoder.read($0.baseAddress, frames: block) }
            if got == 0 { break }
            total += got
            if opened.decoder.failed { break }
        }
        return total
    }

    /// A fresh decoder: after an error or a failed seek the old one is in no defined state.
    private static func reopen(_ opened: inout Opened) throws {
        var info = SF_INFO()
        guard let decoder = SoundDecoder(SoundInput(file: opened.decoder.input.file), &info) else {
            throw openFailure(opened.decoder.input.file.name)
        }
        opened.decoder = decoder
    }

    // MARK: Errors

    private static func openFailure(_ name: String) -> IngestError {
        let message = SoundDecoder.message(nil)
        switch Int(sf_error(nil)) {
        case SF_ERR_UNRECOGNISED_FORMAT: return IngestError.notAudio(name, "unknown or badly damaged data")
        case SF_ERR_UNSUPPORTED_ENCODING: return IngestError.unsupported(name, "a file whose sound is coded in a way that libsndfile does not know")
        default:
            return IngestError(
                .corrupt, "“\(name)” cannot be opened: its header is damaged (\(message)).",
                advice: "Copy the file again from the recorder or a backup. If there is none, try “ffmpeg -i FILE fixed.wav”.")
        }
    }

    static func absurd(_ name: String, _ what: String) -> IngestError {
        IngestError(
            .absurdHeader, "The header of “\(name)” is damaged: \(what).",
            advice: "Copy the file again from the recorder or a backup. If there is none, import it as raw data in a sound editor.")
    }

    static func cutOff(_ name: String, _ what: String) -> IngestError {
        IngestError(
            .cutOff, "“\(name)” is cut off: \(what).",
            advice: "Copy the file again from the recorder or a backup; nothing in this copy can be used.")
    }

    private static func cutOffWarning(_ name: String, promised: Int64, available: Int64) -> IngestWarning {
        let percent = Int((Double(available) / Double(max(1, promised)) * 100).rounded(.down))
        return IngestWarning(
            .cutOff,
            "“\(name)” is cut off: its header promises \(promised) bytes of sound and \(available) are there (\(percent) %). "
                + "The part that exists is used; copy the file again if the original is whole.")
    }

    static func noSamples(_ name: String) -> IngestError {
        IngestError(
            .noSamples, "“\(name)” is a valid sound file without a single sample.",
            advice: "Check that the recording was not stopped at once and that the right file was copied.")
    }
}
