import Anonymization
import Foundation

/// Everything a withdrawal will do, found before anything is done. Kept as the journal while it is under way.
///
/// Each step can be done again without harm, so an interrupted withdrawal is continued from its beginning.
struct WithdrawalPlan: Codable, Sendable {
    /// What happens to recordings in which others speak, too.
    enum Shared: String, Codable, Sendable {
        /// The recording and all that was made of it go.
        case erase
        /// The sound stays; the person's turns leave the draft and everything made of it.
        case keep
    }

    struct Edit: Codable, Sendable, Hashable {
        /// Relative to the study.
        var path: String
        /// Texts as they stand → what takes their place; the longest first.
        var names: [Replacement] = []
        /// Labels whose turns go.
        var labels: [String] = []
    }

    struct Replacement: Codable, Sendable, Hashable {
        var text: String
        var code: String
    }

    /// A register entry, by what it stands for.
    struct RegisterEntry: Codable, Sendable, Hashable {
        var type: EntityType
        var key: String
    }

    struct SharedSource: Codable, Sendable, Hashable {
        /// The source's id in the store.
        var source: String
        var code: String
        /// Place of the person among the transcript's speakers, where no code tells.
        var speaker: Int?
    }

    var format = 1
    var receipt: String
    var date: String
    var who: String
    var shared: Shared = .keep
    /// Changes to `ordrett.yaml`.
    var settings: StudyFileEditor.Removal
    /// Recordings that go.
    var items: [String] = []
    /// Recordings that stay without the person.
    var sharedItems: [String] = []
    /// Others' recordings that mention the person.
    var mentions: [String] = []
    /// Recordings whose stored results go, and how many there are.
    var results: [String] = []
    var resultCount = 0
    /// Files that go, by kind; paths relative to the study, or whole where a recording lies elsewhere.
    var files: [Kind: [String]] = [:]
    var edits: [Edit] = []
    /// Words as said whose lines leave the study's table.
    var studyWords: [String] = []
    var registerEntries: [RegisterEntry] = []
    /// Sources of the coding store that go.
    var sources: [String] = []
    var sharedSources: [SharedSource] = []
    /// SHA-256 of the recordings, for the tombstones.
    var digests: [String] = []
    /// Labels and ids that are no longer to be used.
    var codes: [String] = []
    var terms: [ByteSearch.Term] = []
    /// What the researcher must see to, beside the machine.
    var notes: [String] = []

    /// What a file that goes is; the receipt counts by it.
    enum Kind: String, Codable, Sendable, CaseIterable, CodingKeyRepresentable {
        case recordings, drafts, results, shared, confidential, register, store, studyWords, settings, temporaries
    }

    var fileCount: Int { files.values.reduce(0) { $0 + $1.count } }
}

/// What a withdrawal is asked to do.
public struct WithdrawalRequest: Sendable {
    /// A code of the study file's participants, or the id of a recording that lists nobody.
    public var participant: String
    /// The person's names, as others may have said or written them.
    public var names: [String] = []
    /// The file that the names came from: it goes with the rest when it lies in the study.
    public var namesFile: String?
    /// Recordings with others in them: keep or erase; nil leaves it open, and is refused where there are any.
    public var keepsShared: Bool?
    /// Labels of the person's turns in drafts of shared recordings, where they are not the code or the label of the study file.
    public var speakers: [String] = []
    /// Who does it, for the receipt.
    public var who: String

    public init(participant: String, who: String) {
        self.participant = participant
        self.who = who
    }
}
