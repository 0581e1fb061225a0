import Anonymization

/// A project from elsewhere, ready to be taken into a store: plain values that point at each other by GUID.
///
/// Participants' words come as ``AnonymizedText``, so that nothing else can. GUIDs are in the store's form (``GUID/normalized(_:)``).
public struct ProjectContent: Sendable {
    public struct Coder: Sendable, Hashable {
        public var guid: String
        public var name: String
        public init(guid: String, name: String) {
            self.guid = guid
            self.name = name
        }
    }

    public struct Code: Sendable, Hashable {
        public var guid: String
        public var parent: String?
        public var name: String
        public var definition = ""
        public var examples = ""
        public var color: String?
        public var isCodable = true
        public init(guid: String, parent: String? = nil, name: String) {
            self.guid = guid
            self.parent = parent
            self.name = name
        }
    }

    public struct Coding: Sendable, Hashable {
        public var guid: String
        public var code: String
        /// Nil where nobody is named.
        public var coder: String?
        /// ISO 8601, UTC; nil where not said.
        public var createdAt: String?
        public var round = 1
        public init(guid: String, code: String, coder: String? = nil, createdAt: String? = nil) {
            self.guid = guid
            self.code = code
            self.coder = coder
            self.createdAt = createdAt
        }
    }

    public struct Unit: Sendable, Hashable {
        public var guid: String
        /// Code points of the source's text, end exclusive.
        public var start: Int
        public var end: Int
        public var condensed = ""
        public var name = ""
        public var coder: String?
        public var createdAt: String?
        public var round = 1
        /// Nil: it is when it has no code.
        public var isMarked: Bool?
        public var isLost = false
        public var codings: [Coding] = []
        public init(guid: String, start: Int, end: Int) {
            self.guid = guid
            self.start = start
            self.end = end
        }
    }

    public struct SyncPoint: Sendable, Hashable {
        public var guid: String
        public var milliseconds: Int
        public var position: Int?
        public init(guid: String, milliseconds: Int, position: Int?) {
            self.guid = guid
            self.milliseconds = milliseconds
            self.position = position
        }
    }

    public struct Source: Sendable {
        public var guid: String
        public var name: String
        public var kind: SourceRecord.Kind
        public var wave = ""
        public var description = ""
        public var media: String?
        public var mediaDigest: String?
        /// Nil where no text came along: the source is kept, and what was coded in it stands as lost until its text comes.
        public var text: AnonymizedText?
        /// Labels at the beginnings of lines that name speakers.
        public var speakers: Set<String> = []
        public var syncPoints: [SyncPoint] = []
        public var units: [Unit] = []
        public var createdAt: String?
        /// `deidentified` unless it is known to be `anonymous`.
        public var isAnonymous = false
        public init(guid: String, name: String, kind: SourceRecord.Kind = .document) {
            self.guid = guid
            self.name = name
            self.kind = kind
        }
    }

    public struct Value: Sendable, Hashable {
        public var attribute: String
        public var wave: String
        public var value: String
        public init(attribute: String, wave: String = "", value: String) {
            self.attribute = attribute
            self.wave = wave
            self.value = value
        }
    }

    public struct Attribute: Sendable, Hashable {
        public var guid: String
        public var name: String
        public var kind: AttributeRecord.Kind
        public var description = ""
        public init(guid: String, name: String, kind: AttributeRecord.Kind = .text) {
            self.guid = guid
            self.name = name
            self.kind = kind
        }
    }

    public struct Case: Sendable, Hashable {
        public var guid: String
        public var name: String
        public var kind = "participant"
        public var description = ""
        /// Sources by GUID, with the speaker's label, empty for the whole.
        public var sources: [(source: String, speaker: String)] = []
        public var values: [Value] = []
        public init(guid: String, name: String) {
            self.guid = guid
            self.name = name
        }
        public static func == (a: Self, b: Self) -> Bool { a.guid == b.guid }
        public func hash(into hasher: inout Hasher) { hasher.combine(guid) }
    }

    public struct Theme: Sendable, Hashable {
        public var guid: String
        public var parent: String?
        public var level: ThemeRecord.Level
        public var name: String
        public var definition = ""
        public var color: String?
        public var members: [Member] = []
        public struct Member: Sendable, Hashable {
            public var kind: ThemeMemberRecord.Kind
            public var guid: String
            public init(kind: ThemeMemberRecord.Kind, guid: String) {
                self.kind = kind
                self.guid = guid
            }
        }
        public init(guid: String, parent: String? = nil, level: ThemeRecord.Level = .set, name: String) {
            self.guid = guid
            self.parent = parent
            self.level = level
            self.name = name
        }
    }

    public struct Memo: Sendable, Hashable {
        public var guid: String
        /// Nil for the study.
        public var target: String?
        public var title: String
        public var text: String
        public var coder: String?
        public var createdAt: String?
        public init(guid: String, target: String? = nil, title: String = "", text: String) {
            self.guid = guid
            self.target = target
            self.title = title
            self.text = text
        }
    }

    public struct Link: Sendable, Hashable {
        public var guid: String
        public var name: String
        public var direction: LinkRecord.Direction
        public var color: String?
        public var origin: String
        public var target: String
        public init(guid: String, name: String, direction: LinkRecord.Direction = .associative, origin: String, target: String) {
            self.guid = guid
            self.name = name
            self.direction = direction
            self.origin = origin
            self.target = target
        }
    }

    public struct Round: Sendable, Hashable {
        public var guid: String
        public var number: Int
        public var name = ""
        public var startedAt: String
        public var finishedAt: String?
        public init(guid: String, number: Int, startedAt: String) {
            self.guid = guid
            self.number = number
            self.startedAt = startedAt
        }
    }

    public var study: (guid: String?, name: String, description: String) = (nil, "", "")
    public var coders: [Coder] = []
    public var codes: [Code] = []
    public var attributes: [Attribute] = []
    public var cases: [Case] = []
    public var sources: [Source] = []
    /// Values of sources, by the source's GUID.
    public var sourceValues: [String: [Value]] = [:]
    public var memos: [Memo] = []
    public var links: [Link] = []
    public var themes: [Theme] = []
    public var graphs: [(guid: String, name: String, graph: Graph)] = []
    public var rounds: [Round] = []

    public init() {}
}
