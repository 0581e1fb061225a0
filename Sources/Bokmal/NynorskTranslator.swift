/// What puts whole sentences of Nynorsk into Bokmål, word for word: a program outside, told apart from our own rules.
public protocol NynorskTranslator: Sendable {
    /// For each word of each sentence the text that stands for it in Bokmål, or nil where the translator has none.
    ///
    /// As many sentences back as given, each with as many words. The order of words is the source's.
    /// - Throws: when the translator cannot be run or does not keep to that.
    func translate(_ sentences: [[String]]) async throws -> [[String?]]
}

/// A translator gave back another number of sentences or words than it was given.
public struct NynorskMisalignment: Error, Sendable, CustomStringConvertible {
    public init() {}
    public var description: String { "the translator gave back another number of sentences or words than it was given" }
}

/// A translator's proposals for the sentences of a text; without one for a sentence our own rules do it.
///
/// A proposal is weighed against the counts of attested pairs (`Normalizer`); names, numbers, marks and what the study has
/// settled never come to that.
public struct NynorskProposals: Sendable {
    private var sentences: [[String]: [String?]] = [:]

    public init() {}
    public var isEmpty: Bool { sentences.isEmpty }

    /// Asks the translator once for all sentences.
    /// - Throws: what the translator throws, or ``NynorskMisalignment``.
    public init(of wanted: [[String]], by translator: any NynorskTranslator) async throws {
        guard !wanted.isEmpty else { return }
        let found = try await translator.translate(wanted)
        guard found.count == wanted.count, zip(found, wanted).allSatisfy({ $0.count == $1.count }) else {
            throw NynorskMisalignment()
        }
        for (sentence, proposed) in zip(wanted, found) { sentences[sentence] = proposed }
    }

    /// The proposals for the words of a sentence.
    subscript(sentence: [String]) -> [String?]? { sentences[sentence] }

    /// A proposal as a form to weigh: in lower case, words of letters parted by single spaces. Nil for anything else, so that
    /// no mark or number ever comes in from outside.
    static func form(_ proposal: String?, of token: String) -> String? {
        guard let lower = proposal?.lowercased(), !lower.isEmpty, lower.utf8.count <= 3 * token.utf8.count + 24 else { return nil }
        for part in lower.split(separator: " ", omittingEmptySubsequences: false) {
            guard let first = part.first, let last = part.last, first.isLetter, last.isLetter,
                part.allSatisfy({ $0.isLetter || "-'’".contains($0) })
            else { return nil }
        }
        return lower
    }
}

/// Takes down the sentences of Nynorsk that a run would put into Bokmål. Used by one thread at a time.
final class SentenceCollector: @unchecked Sendable {
    private(set) var sentences: [[String]] = []
    private var known: Set<[String]> = []

    func add(_ sentence: [String]) {
        if !sentence.isEmpty, known.insert(sentence).inserted { sentences.append(sentence) }
    }
}

extension Normalizer {
    /// The distinct sentences of Nynorsk that `run` comes upon, in order, to be asked of a translator; `run` calls one of the
    /// methods of the normalizer it is given, and its result is of no use.
    public func nynorskSentences(in run: (Normalizer) throws -> Void) rethrows -> [[String]] {
        let collector = SentenceCollector()
        var copy = self
        copy.collector = collector
        try run(copy)
        return collector.sentences
    }
}
