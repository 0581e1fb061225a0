/// Which part of a store an analysis looks at. Nil everywhere: all of it.
public struct AnalysisScope: Sendable, Hashable {
    /// Names of coders.
    public var coders: Set<String>?
    /// Numbers of rounds.
    public var rounds: Set<Int>?
    /// Ids of sources.
    public var items: Set<String>?
    public var waves: Set<String>?

    public init(coders: Set<String>? = nil, rounds: Set<Int>? = nil, items: Set<String>? = nil, waves: Set<String>? = nil) {
        self.coders = coders
        self.rounds = rounds
        self.items = items
        self.waves = waves
    }
}
