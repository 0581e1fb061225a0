import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Reads ELAN annotation files (EAF 2 and 3): time slots in milliseconds, a tier a speaker.
enum ELANReader {
    static func talk(_ text: String) throws(DraftError) -> TierTalk {
        let reader = AnnotationReader()
        do { try XMLText.parse(text, with: reader, part: "ELAN file") } catch {
            throw reader.isFull ? .tooLarge(limit: Draft.textLimit) : error
        }
        return try TierTalk(tiers: reader.timedTiers())
    }
}

private final class AnnotationReader: NSObject, StrictReader {
    private struct Annotation {
        var id: String
        var first: String?
        var second: String?
        /// The annotation that a reference annotation hangs on.
        var reference: String?
        var value = ""
    }
    private struct OwnTier {
        var name: String
        var participant: String
        var parent: String?
        var annotations: [Annotation] = []
    }

    var failed = false
    private(set) var isFull = false
    private var size = 0
    private var slots: [(id: String, milliseconds: Double?)] = []
    private var tiers: [OwnTier] = []
    private var inValue = false

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        size += 3
        if size > Draft.textLimit {
            isFull = true
            parser.abortParsing()
            return
        }
        switch name {
        case "TIME_SLOT":
            guard let id = attributes["TIME_SLOT_ID"] else { return }
            slots.append((id, attributes["TIME_VALUE"].flatMap(Double.init)))
        case "TIER":
            tiers.append(OwnTier(name: attributes["TIER_ID"] ?? "", participant: attributes["PARTICIPANT"] ?? "", parent: attributes["PARENT_REF"]))
        case "ALIGNABLE_ANNOTATION", "REF_ANNOTATION":
            guard !tiers.isEmpty else { return }
            tiers[tiers.count - 1].annotations.append(
                Annotation(
                    id: attributes["ANNOTATION_ID"] ?? "", first: attributes["TIME_SLOT_REF1"], second: attributes["TIME_SLOT_REF2"],
                    reference: attributes["ANNOTATION_REF"]))
        case "ANNOTATION_VALUE": inValue = true
        default: break
        }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        if name == "ANNOTATION_VALUE" { inValue = false }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        guard inValue, let tier = tiers.indices.last, let last = tiers[tier].annotations.indices.last else { return }
        tiers[tier].annotations[last].value += string
        size += string.utf8.count
        if size > Draft.textLimit {
            isFull = true
            parser.abortParsing()
        }
    }

    func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) { failed = true }

    /// Times of all slots, seconds. Slots without a value lie evenly between those that have one, as ELAN shows them.
    private func times() -> [String: Double] {
        var result: [String: Double] = [:]
        var index = 0
        var before = 0.0
        while index < slots.count {
            if let value = slots[index].milliseconds {
                before = value / 1000
                result[slots[index].id] = before
                index += 1
                continue
            }
            var end = index
            while end < slots.count, slots[end].milliseconds == nil { end += 1 }
            let after = end < slots.count ? (slots[end].milliseconds ?? 0) / 1000 : before
            for step in index..<end {
                result[slots[step].id] = before + (after - before) * Double(step - index + 1) / Double(end - index + 1)
            }
            index = end
        }
        return result
    }

    func timedTiers() -> [Tier] {
        let clock = times()
        var spans: [String: (Double, Double)] = [:]
        // References may point to references: a few rounds settle every chain that a real file has.
        for _ in 0..<8 {
            var isSettled = true
            for tier in tiers {
                for annotation in tier.annotations where spans[annotation.id] == nil {
                    if let first = annotation.first.flatMap({ clock[$0] }), let second = annotation.second.flatMap({ clock[$0] }) {
                        spans[annotation.id] = (first, max(first, second))
                    } else if let span = annotation.reference.flatMap({ spans[$0] }) {
                        spans[annotation.id] = span
                    } else {
                        isSettled = false
                    }
                }
            }
            if isSettled { break }
        }
        return tiers.map { tier in
            let speaker = tier.participant.trimmingCharacters(in: .whitespacesAndNewlines)
            return Tier(
                name: tier.name, speaker: speaker.isEmpty ? nil : speaker, parent: tier.parent,
                intervals: tier.annotations.compactMap { annotation in
                    spans[annotation.id].map { Tier.Interval(start: $0.0, end: $0.1, text: annotation.value) }
                }, isReference: tier.annotations.contains { $0.reference != nil })
        }
    }
}
