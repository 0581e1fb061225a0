import Foundation

/// A drawing of codes, themes and other things, with places: the content of a ``GraphRecord``.
///
/// Places are whole units of a plane whose y grows downwards, as in REFI-QDA; nothing says how large one is.
public struct Graph: Codable, Sendable, Hashable {
    public struct Vertex: Codable, Sendable, Hashable {
        public var guid: String
        /// GUID of what it stands for; nil for a shape of its own.
        public var represented: String?
        public var name: String?
        /// The corner nearest the origin, and the one across; the latter is nil for a point.
        public var firstX: Int
        public var firstY: Int
        public var secondX: Int?
        public var secondY: Int?
        /// REFI-QDA's words: `Person`, `Oval`, `Rectangle`, …
        public var shape: String?
        /// `#rrggbb`.
        public var color: String?

        public init(
            guid: String, represented: String? = nil, name: String? = nil, firstX: Int, firstY: Int, secondX: Int? = nil, secondY: Int? = nil,
            shape: String? = nil, color: String? = nil
        ) {
            self.guid = guid
            self.represented = represented
            self.name = name
            self.firstX = firstX
            self.firstY = firstY
            self.secondX = secondX
            self.secondY = secondY
            self.shape = shape
            self.color = color
        }
    }

    public struct Edge: Codable, Sendable, Hashable {
        public var guid: String
        /// GUID of the link that it draws.
        public var represented: String?
        public var name: String?
        /// GUIDs of vertices.
        public var source: String
        public var target: String
        public var color: String?
        public var direction: LinkRecord.Direction?
        /// `dotted`, `dashed` or `solid`.
        public var lineStyle: String?

        public init(
            guid: String, represented: String? = nil, name: String? = nil, source: String, target: String, color: String? = nil,
            direction: LinkRecord.Direction? = nil, lineStyle: String? = nil
        ) {
            self.guid = guid
            self.represented = represented
            self.name = name
            self.source = source
            self.target = target
            self.color = color
            self.direction = direction
            self.lineStyle = lineStyle
        }
    }

    public var vertices: [Vertex]
    public var edges: [Edge]

    public init(vertices: [Vertex] = [], edges: [Edge] = []) {
        self.vertices = vertices
        self.edges = edges
    }

    /// The drawing that a row holds; nil for one that is none.
    public init?(_ record: GraphRecord) {
        guard let graph = try? JSONDecoder().decode(Graph.self, from: Data(record.content.utf8)) else { return nil }
        self = graph
    }

    /// The same drawing gives the same text.
    public var encoded: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
