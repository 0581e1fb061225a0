import Foundation
import Signal
import Transcript

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The same numbers from the same seed (SplitMix64).
struct Dice {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func roll(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) >> 1) % bound
    }
    mutating func chance(_ percent: Int) -> Bool { roll(100) < percent }
}

/// Talk at 1 kHz, so that a sample is a millisecond: turns that overlap, wait and lack times; every kind of mark.
func randomTalk(_ seed: UInt64, turns count: Int = 30) -> Transcript {
    var dice = Dice(seed), word = 0, time = 0, turns: [Turn] = []
    let speakers = ["S1", "S2", "S3"]
    for number in 1...count {
        var elements: [Element] = []
        let isTimed = !dice.chance(10), isBackchannel = dice.chance(15)
        time = max(0, time + dice.roll(2500) - 900)
        var now = time
        let start = now
        for position in 0..<(isBackchannel ? 1 : 1 + dice.roll(9)) {
            if dice.chance(30) {
                let kinds = Mark.Kind.allCases, kind = kinds[dice.roll(kinds.count)]
                let label = [nil, "latency", "rhetorical", "filled", "loud", "hemmelig\(seed)", "S2", "rising"][dice.roll(8)]
                let length = dice.roll(1200), isMeasured = dice.chance(70)
                elements.append(
                    .mark(
                        Mark(
                            kind: kind, source: isMeasured ? .measured : .draft, range: isMeasured && isTimed ? SampleRange(now, now + length) : nil,
                            text: isMeasured ? "" : "(hemmelig\(word))", label: label, evidence: isMeasured ? ["duration_s": Double(length) / 1000] : [:])))
                if isMeasured && position > 0 { now += length }
            }
            word += 1
            let length = 80 + dice.roll(500)
            elements.append(
                .word(
                    Word(
                        id: word, text: "hemmelig\(word)", trail: dice.chance(10) ? "?" : "",
                        range: isTimed && !dice.chance(10) ? SampleRange(now, now + length) : nil,
                        prominence: dice.chance(30) ? Prominence(strength: 1, level: dice.roll(3)) : nil, isFiller: dice.chance(10))))
            now += length
        }
        turns.append(
            Turn(
                id: number, speaker: speakers[dice.roll(3)], range: isTimed || dice.chance(30) ? SampleRange(start, now) : nil, elements: elements,
                isBackchannel: isBackchannel))
        time = now
    }
    return Transcript(
        recording: RecordingReference(id: "P\(seed)", digest: "", rate: SampleRate(1000), length: time + 500, channels: 1),
        speakers: [Speaker(id: "S1", label: "Intervjuer", role: .interviewer), Speaker(id: "S2", label: "Deltaker", role: .participant)], turns: turns)
}

/// An XML document's elements, with attributes and the text directly inside.
final class XMLReader: NSObject, XMLParserDelegate {
    struct Node {
        var name: String
        var attributes: [String: String]
        var text = ""
        /// The `title` child's text.
        var title: String?

        func number(_ name: String) -> Double { attributes[name].flatMap(Double.init) ?? .nan }
    }
    private(set) var nodes: [Node] = []
    private var open: [Int] = []
    private var failed = false

    /// Nil for what is not well-formed.
    static func read(_ data: Data) -> [Node]? {
        let reader = XMLReader(), parser = XMLParser(data: data)
        parser.delegate = reader
        return parser.parse() && !reader.failed ? reader.nodes : nil
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String] = [:]
    ) {
        open.append(nodes.count)
        nodes.append(Node(name: name, attributes: attributes))
    }
    func parser(_ parser: XMLParser, foundCharacters text: String) { if let last = open.last { nodes[last].text += text } }
    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        let done = open.removeLast()
        if name == "title", let parent = open.last { nodes[parent].title = nodes[done].text }
    }
    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { failed = true }
}
