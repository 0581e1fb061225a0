import CodingStore
import Foundation

/// How far coders agree on which text has which code.
///
/// For each code the text is cut into units: characters, words, or meaning units. A coder either has the code on a unit or not; text
/// that a coder read and left alone counts as "not". Each code is thus a nominal variable of two categories, and the coefficients are
/// those of ``NominalRatings``.
///
/// - *Characters* are the code points of the newest text, speakers' labels and line ends included, as other programs count them.
/// - *Words* are coded when a coding touches them.
/// - *Meaning units* are the stretches that anybody marked; stretches that share at least half of the longer one are one and the same
///   unit. There is no unit where nobody marked anything.
///
/// "All codes" lays the tables of all codes on top of each other: each unit counts once for each code in use. "Coded at all" asks only
/// whether any code is there.
public struct Agreement: Sendable {
    public enum Unit: String, Sendable, Codable, CaseIterable { case character, word, meaningUnit = "meaning-unit" }

    /// Which sources count.
    public enum Sources: Sendable, Hashable {
        /// Those in which each of the coders has coded anything.
        case codedByAll
        /// Those in which at least two have; the others are missing there. Only alpha and its like know what to do with that; a pair's
        /// kappa takes the sources that both coded.
        case codedByTwo
        /// Those with these ids, read by all coders whether they coded anything in them or not.
        case given(Set<String>)
    }

    public struct Options: Sendable, Hashable {
        public var unit: Unit
        /// Names; nil for all who have coded anything.
        public var coders: [String]?
        public var rounds: Set<Int>?
        public var sources: Sources
        /// Also each code that has codes beneath it, with all of them.
        public var tree: Bool
        /// How often the turns are drawn anew for alpha's interval; 0 for no interval.
        public var resamples: Int
        public var seed: UInt64

        public init(
            unit: Unit = .word, coders: [String]? = nil, rounds: Set<Int>? = nil, sources: Sources = .codedByAll, tree: Bool = true,
            resamples: Int = 1000, seed: UInt64 = 1
        ) {
            self.unit = unit
            self.coders = coders
            self.rounds = rounds
            self.sources = sources
            self.tree = tree
            self.resamples = max(0, resamples)
            self.seed = seed
        }
    }

    public struct Pair: Sendable, Hashable, Codable {
        /// Names of two coders.
        public var first: String
        public var second: String
        /// Nil where chance alone would give perfect agreement.
        public var kappa: NominalRatings.Kappa?
        /// Units that both have, only the first, only the second, neither.
        public var both: Int
        public var onlyFirst: Int
        public var onlySecond: Int
        public var neither: Int
    }

    public struct Row: Sendable, Hashable {
        public enum Subject: Sendable, Hashable {
            /// One code by itself: index into ``CodedStudy/codes``.
            case code(Int)
            /// A code with all beneath it.
            case tree(Int)
            /// Whether there is any code.
            case codedAtAll
            case allCodes
        }
        public var subject: Subject
        /// Units compared; for all codes, times codes.
        public var units: Int
        /// Units that each coder has the code on, in the order of ``Agreement/coders``.
        public var coded: [Int]
        public var percentAgreement: Double?
        /// Of the two coders, or the mean over all pairs (Light).
        public var kappa: Double?
        public var pairs: [Pair]
        public var alpha: Double?
        /// 95 %, from drawing turns anew; nil where it cannot be had.
        public var alphaLow: Double?
        public var alphaHigh: Double?
        public var brennanPrediger: Double?
        public var gwetAC1: Double?
    }

    public let options: Options
    /// Names, alphabetically.
    public let coders: [String]
    /// Ids of the sources that counted, and of those that did not.
    public let items: [String]
    public let leftOut: [String]
    /// All codes, coded at all, then the codes in the order of the tree that any of the coders has used.
    public let rows: [Row]
    let study: CodedStudy

    /// - Throws: ``AnalysisError`` when there is nothing to compare, and what reading the store throws.
    public init(_ study: CodedStudy, options: Options = Options()) throws {
        let basis = try AgreementBasis(study, options: options)
        self.study = study
        self.options = options
        coders = basis.coders.map { study.coders[$0].name }
        items = basis.sources.map { study.sources[$0].item }
        leftOut = basis.leftOut.map { study.sources[$0].item }
        rows = try AgreementCount(basis).rows()
    }
}

/// What keeps an analysis from being made. Names of codes, coders and sources only.
public enum AnalysisError: Error, Sendable, Hashable, CustomStringConvertible {
    case tooFewCoders([String])
    case noCommonSources([String])
    case noUnits
    case nothingCoded
    case noThemes
    case noCases
    case unknownWave(String)
    case tooManyCoders

    public var description: String {
        switch self {
        case .tooFewCoders(let names):
            "agreement needs two coders or more, but \(names.isEmpty ? "nobody" : "only " + names.joined(separator: ", ")) has coded anything there; import the other coder's store first"
        case .noCommonSources(let names):
            "there is no source in which \(names.joined(separator: " and ")) have all coded anything; name the sources that all have read"
        case .noUnits: "there are no meaning units in these sources"
        case .nothingCoded: "nothing is coded there yet"
        case .noThemes: "the store has no themes yet; make some and gather codes under them first"
        case .noCases: "the store has no cases yet; make some and say which sources belong to them first"
        case .unknownWave(let name): "no source is of the wave '\(name)'"
        case .tooManyCoders: "agreement is counted for at most 60 coders"
        }
    }
}
