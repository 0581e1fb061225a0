import Foundation
import Pipeline
import Yams

/// Changes to the text of `ordrett.yaml` that leave every other byte as it was, and are checked by reading the result.
enum StudyFileEditor {
    static func byHand(_ what: String) -> StageFault {
        StageFault("\(Study.fileName) is written in a way that cannot be changed safely by program; \(what) by hand, and run again")
    }

    /// What is removed with a participant.
    struct Removal: Codable, Sendable, Hashable {
        /// The participant's code; nil for a recording that lists nobody.
        var code: String?
        /// Recordings whose entries go.
        var recordings: Set<String> = []
        /// Recordings that stay and get another draft, by id: a path relative to the study.
        var drafts: [String: String] = [:]
    }

    /// The text without a participant, and without the recordings that were that person's alone.
    /// - Throws: ``StageFault`` when the text cannot be changed safely.
    static func removing(_ removal: Removal, from text: String) throws -> String {
        let before = try StudyFile(yaml: text, file: Study.fileName)
        var result = text
        // One at a time: a cut moves the places of what follows.
        do {
            for id in before.recordings.map(\.id) where removal.recordings.contains(id) {
                result = try cut(result, "recordings") { try recordingID($0) == id }
            }
            if let code = removal.code {
                for entry in before.recordings where !removal.recordings.contains(entry.id) && entry.participants.contains(code) {
                    let yaml = try YAMLText(result)
                    guard let list = yaml.root?.field("recordings")?.sequence?.first(where: { (try? recordingID($0)) == entry.id })?.field("participants"),
                        let index = list.sequence?.firstIndex(where: { $0.string == code })
                    else { throw YAMLText.Unclear() }
                    result = yaml.replacing([(try yaml.stretch(removing: index, from: list), "")])
                }
                result = try cut(result, "participants") { $0.field("code")?.string == code }
            }
            for (id, draft) in removal.drafts.sorted(by: { $0.key < $1.key }) {
                let yaml = try YAMLText(result)
                guard let node = yaml.root?.field("recordings")?.sequence?.first(where: { (try? recordingID($0)) == id }) else { continue }
                result = yaml.replacing([try yaml.edit(setting: "draft", to: quoted(draft), in: node)])
            }
        } catch is YAMLText.Unclear { throw byHand("take the participant out") }
        var expected = before
        expected.participants.removeAll { $0.code == removal.code }
        if let code = removal.code { expected.consents[code] = nil }
        expected.recordings.removeAll { removal.recordings.contains($0.id) }
        for index in expected.recordings.indices {
            expected.recordings[index].participants.removeAll { $0 == removal.code }
            if let draft = removal.drafts[expected.recordings[index].id] { expected.recordings[index].draft = draft }
        }
        guard (try? StudyFile(yaml: result, file: Study.fileName)) == expected else { throw byHand("take the participant out") }
        return result
    }

    /// The text with parts of a participant's consent set; those not named stay.
    /// - Parameter changes: name in the file → value; dates and texts as they are, answers as `true` or `false`.
    static func setting(consent changes: [(name: String, value: String)], of code: String, in text: String) throws -> String {
        var expected = try StudyFile(yaml: text, file: Study.fileName)
        guard expected.participants.contains(where: { $0.code == code }) else {
            throw RequestFault("'\(code)' is not among the participants of \(Study.fileName)")
        }
        var consent = expected.consents[code] ?? Consent()
        for (name, value) in changes {
            switch name {
            case "given": consent.given = value
            case "form": consent.form = value
            case "withdrawn": consent.withdrawn = value
            case "recording": consent.recording = value == "true"
            case "quotes": consent.quotes = value == "true"
            case "sharing": consent.sharing = value == "true"
            case "archive": consent.archive = value == "true"
            default: throw YAMLText.Unclear()
            }
        }
        expected.consents[code] = consent
        func written(_ change: (name: String, value: String)) -> String { change.name == "form" ? quoted(change.value) : change.value }
        var result = text
        do {
            func participant(_ yaml: YAMLText) throws -> Node {
                guard let node = yaml.root?.field("participants")?.sequence?.first(where: { $0.field("code")?.string == code }) else {
                    throw YAMLText.Unclear()
                }
                return node
            }
            let yaml = try YAMLText(result), node = try participant(yaml), old = node.field("consent")
            if let old, old.mapping?.isEmpty == false {
                for change in changes {
                    let yaml = try YAMLText(result)
                    guard let consent = try participant(yaml).field("consent") else { throw YAMLText.Unclear() }
                    result = yaml.replacing([try yaml.edit(setting: change.name, to: written(change), in: consent)])
                }
            } else {
                let value = "{" + changes.map { "\($0.name): \(written($0))" }.joined(separator: ", ") + "}"
                result = yaml.replacing([try yaml.edit(setting: "consent", to: value, in: node)])
            }
        } catch is YAMLText.Unclear { throw byHand("write the consent of '\(code)'") }
        guard let after = try? StudyFile(yaml: result, file: Study.fileName), after == expected else { throw byHand("write the consent of '\(code)'") }
        return result
    }

    private static func recordingID(_ node: Node) throws -> String { try StudyFileReader(file: Study.fileName).recording(node, "recordings").id }

    private static func cut(_ text: String, _ list: String, _ isIt: (Node) throws -> Bool) throws -> String {
        let yaml = try YAMLText(text)
        guard let node = yaml.root?.field(list), let index = try node.sequence?.firstIndex(where: isIt) else { throw YAMLText.Unclear() }
        return yaml.replacing([(try yaml.stretch(removing: index, from: node), "")])
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacingOccurrences(of: "'", with: "''") + "'" }
}
