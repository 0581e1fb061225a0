import AudioIngest
import DSP
import Foundation
import Signal
import Testing

@testable import Redaction
@testable import Speech

/// Whether our own model of voices still knows a voice that was moved.
@Suite struct DisguisedVoiceTests {
    private static let samples = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("SampleAudio")
    private static let statistics = try? VoiceStatistics.shipped()

    private func print(_ samples: [Float]) throws -> VoicePrint? {
        var source = ArraySource(samples, rate: .analysis)
        return try VoicePrinter().prints(source: &source, segments: [.init(range: SampleRange(0, samples.count), label: "A")]).first
    }

    /// Log likelihood ratio of one voice against two; above 0 for one.
    private func likeness(_ one: VoicePrint, _ other: VoicePrint) throws -> Double {
        let statistics = try #require(Self.statistics)
        var cluster = VoiceCluster(statistics)
        cluster.add(try #require(statistics.place(one)))
        return cluster.gain(try #require(statistics.place(other)))
    }

    private func check(_ first: [Float], _ second: [Float], seed: UInt64) throws -> (same: Double, disguised: Double, pitchError: Double) {
        let one = try #require(try print(first)), two = try #require(try print(second))
        let shift = VoiceDisguise.shift(medianPitch: two.pitch.map { exp($0) }, seed: seed)
        let redactor = try SoundRedactor(
            mask: SoundMask(spans: [], fade: 0, filling: .silence, rate: .analysis), disguise: VoiceDisguise(voice: .init(label: "A", shift: shift)), rate: .analysis,
            channels: 1)
        let moved = try #require(try print(redactor.process(second) + redactor.finish()))
        let pitch = 1_200 * ((moved.pitch ?? 0) - (two.pitch ?? 0) - log(shift.pitch)) / log(2)
        return (try likeness(one, two), try likeness(one, moved), pitch)
    }

    /// The speakers of a sample, each in two halves.
    @Test(arguments: ["fokusgruppe.flac", "intervju_stereo.wav", "telefonintervju.wav"]) func noLongerTakenForTheSame(file: String) throws {
        let name = String(file.prefix { $0 != "." })
        let rttm = try RTTM(parsing: String(contentsOf: Self.samples.appendingPathComponent("fasit/\(name).speech.rttm"), encoding: .utf8))
        let source = try Recording(path: Self.samples.appendingPathComponent(file).path).analysisSource()
        var all: [Float] = []
        while let block = try source.nextBlock() { all += block.samples }
        var bySpeaker: [String: [Float]] = [:]
        for segment in rttm.segments(rate: .analysis) {
            bySpeaker[segment.label, default: []] += all[max(0, segment.range.start)..<min(all.count, segment.range.end)]
        }
        var checked = 0
        for (label, samples) in bySpeaker.sorted(by: { $0.key < $1.key }) where samples.count > 16_000 * 8 {
            let half = samples.count / 2
            let result = try check(Array(samples[..<half]), Array(samples[half...]), seed: UInt64(checked))
            #expect(result.same > 0, "\(label): the model knows the voice as it is, \(result.same)")
            #expect(result.disguised < 0, "\(label): \(result.disguised)")
            #expect(abs(result.pitchError) < 60, "\(label): \(result.pitchError) cents")
            checked += 1
        }
        #expect(checked >= 1)
    }

    /// Figures on other speech: `ORDRETT_VOICES` names a folder of files `SPEAKER-….flac`.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["ORDRETT_VOICES"] != nil)) func figures() throws {
        let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["ORDRETT_VOICES"] ?? "")
        var bySpeaker: [String: [[Float]]] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() where file.hasSuffix(".flac") {
            let source = try Recording(path: folder.appendingPathComponent(file).path).analysisSource()
            var samples: [Float] = []
            while let block = try source.nextBlock() { samples += block.samples }
            bySpeaker[String(file.prefix { $0 != "-" }), default: []].append(samples)
        }
        var same: [Double] = [], disguised: [Double] = []
        for (speaker, parts) in bySpeaker.sorted(by: { $0.key < $1.key }) where parts.count > 1 {
            let half = parts.count / 2
            for seed in 0..<2 as Range<UInt64> {
                let result = try check(Array(parts[..<half].joined()), Array(parts[half...].joined()), seed: seed)
                same.append(result.same)
                disguised.append(result.disguised)
                Swift.print("\(speaker) \(seed): same \(result.same), disguised \(result.disguised), pitch off by \(result.pitchError) cents")
            }
        }
        Swift.print("known as they are: \(same.count { $0 > 0 }) of \(same.count); disguised: \(disguised.count { $0 > 0 }) of \(disguised.count)")
        #expect(!same.isEmpty)
    }
}
