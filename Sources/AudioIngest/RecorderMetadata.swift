import CSndFile
import Signal

/// What the recorder wrote about the recording beside the sound. Every field may be missing; nothing here is trusted.
public struct RecorderMetadata: Codable, Hashable, Sendable {
    /// The `bext` chunk of the Broadcast Wave Format (EBU Tech 3285).
    public struct Broadcast: Codable, Hashable, Sendable {
        public var description = ""
        public var originator = ""
        public var originatorReference = ""
        /// As written, normally "yyyy-mm-dd" by the recorder's clock.
        public var originationDate = ""
        /// As written, normally "hh:mm:ss" by the recorder's clock, at the first sample.
        public var originationTime = ""
        /// Samples from midnight to the first sample, at the file's rate.
        public var timeReference: UInt64 = 0
        public var version = 0
        public var codingHistory = ""

        public init() {}
    }

    /// A marker that was set while recording.
    public struct Cue: Codable, Hashable, Sendable {
        public var id: UInt32
        /// Sample (per channel) that the marker stands at.
        public var position: Int
        /// `labl` text.
        public var label: String?
        /// `note` text.
        public var note: String?

        public init(id: UInt32, position: Int, label: String? = nil, note: String? = nil) {
            self.id = id
            self.position = position
            self.label = label
            self.note = note
        }
    }

    /// The `iXML` chunk (Gallery Software's iXML specification), as far as interviews need it.
    public struct ProductionNotes: Codable, Hashable, Sendable {
        public struct Track: Codable, Hashable, Sendable {
            /// Channel counted from 1, as written.
            public var channel: Int?
            public var name: String?
            public var function: String?
        }
        public var project: String?
        public var scene: String?
        public var take: String?
        public var tape: String?
        public var note: String?
        public var tracks: [Track] = []
        /// The chunk as it stands.
        public var raw = ""
    }

    /// A tag of the INFO list or of a FLAC or Ogg comment: "ICRD", "title" …
    public struct Tag: Codable, Hashable, Sendable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public var broadcast: Broadcast?
    /// In order of position.
    public var cues: [Cue] = []
    public var productionNotes: ProductionNotes?
    /// In file order.
    public var tags: [Tag] = []

    public init() {}

    public var isEmpty: Bool { broadcast == nil && cues.isEmpty && productionNotes == nil && tags.isEmpty }

    /// Tags of formats other than WAVE, through libsndfile.
    static func tags(of handle: OpaquePointer) -> RecorderMetadata {
        var result = RecorderMetadata()
        let names: [(Int, String)] = [
            (SF_STR_TITLE, "title"), (SF_STR_ARTIST, "artist"), (SF_STR_ALBUM, "album"), (SF_STR_DATE, "date"),
            (SF_STR_COMMENT, "comment"), (SF_STR_SOFTWARE, "software"), (SF_STR_COPYRIGHT, "copyright"),
            (SF_STR_GENRE, "genre"), (SF_STR_TRACKNUMBER, "track"),
        ]
        for (number, name) in names {
            guard let text = sf_get_string(handle, Int32(number)) else { continue }
            let value = ByteReader.text(Array(String(cString: text).utf8).prefix(65_536))
            if !value.isEmpty { result.tags.append(Tag(name: name, value: value)) }
        }
        return result
    }
}
