import AudioIngest
import Foundation
import Pipeline
import Prosody
import Signal

/// Level and pitch of a recording over time. Confidential: the pitch of a voice helps to recognise it.
///
/// Nothing is kept from which speech could be made again: when the recording is deleted, what stays here says how loud and how
/// high, not what.
public struct ContourMap: Artefact, Sendable, Equatable {
    public static let kind = "contours"
    public static let sensitivity = Sensitivity.confidential
    public let contours: SoundContours

    public init(_ contours: SoundContours) { self.contours = contours }

    private static let magic: UInt32 = 0x4F52_4331  // "ORC1"
    private static let unvoiced = Int16.min

    /// Magic, hop, hertz, count; then levels in hundredths of a decibel and pitches in cents re 100 Hz, all little-endian.
    public func encoded() throws -> Data {
        var data = Data(capacity: 16 + 4 * contours.count)
        func put<T: FixedWidthInteger>(_ value: T) { withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) } }
        for value in [Self.magic, UInt32(contours.hop), UInt32(contours.rate.hertz), UInt32(contours.count)] { put(value) }
        for level in contours.level { put(Int16(max(-32_000, min(32_000, (level * 100).rounded())))) }
        for pitch in contours.pitch {
            let cents = 1200 * log2(Double(pitch) / 100)
            put(pitch > 0 && cents.isFinite ? Int16(max(-32_000, min(32_000, cents.rounded()))) : Self.unvoiced)
        }
        return data
    }

    public init(decoding data: Data) throws {
        let bytes = [UInt8](data)
        func get<T: FixedWidthInteger>(_ type: T.Type, _ at: Int) -> T {
            T(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: T.self) })
        }
        guard bytes.count >= 16, get(UInt32.self, 0) == Self.magic else { throw StageFault("the contours kept of a recording are damaged; run again") }
        let hop = Int(get(UInt32.self, 4)), hertz = Int(get(UInt32.self, 8)), count = Int(get(UInt32.self, 12))
        guard hop > 0, hertz > 0, bytes.count == 16 + 4 * count else { throw StageFault("the contours kept of a recording are damaged; run again") }
        let level = (0..<count).map { Float(get(Int16.self, 16 + 2 * $0)) / 100 }
        let pitch = (0..<count).map { index -> Float in
            let cents = get(Int16.self, 16 + 2 * count + 2 * index)
            return cents == Self.unvoiced ? .nan : Float(100 * exp2(Double(cents) / 1200))
        }
        contours = SoundContours(hop: hop, rate: SampleRate(hertz), level: level, pitch: pitch)
    }
}

/// Measures level and pitch for the pictures.
struct ContoursStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "contours", version: 1, summary: "loudness and pitch over time, for pictures", inputs: [RecordingSheet.self],
        output: ContourMap.self, files: ["recording"],
        irreplaceable: "it feeds the pictures alone")

    init(settings: Settings) {}

    func resources(in folders: OutputFolders) throws -> [String: String] { ResourceDigest.sound }

    func run(_ context: ItemContext) throws -> ContourMap {
        let sheet = try context.input(RecordingSheet.self)
        let access = try SoundAccess(context)
        defer { withExtendedLifetime(access) {} }
        var source = try access.recording.analysisSource(sheet.inspection.layout.recommended)
        return ContourMap(try ProsodyAnalyzer().contours(source: &source, progress: context.progress(0, 1)))
    }
}
