import CodingStore

/// What is known of cases and sources, by trait and wave.
struct Traits {
    private struct Key: Hashable {
        var attribute: Int64
        var wave: String
        var bearer: Int64
        var isCase: Bool
    }

    private let study: CodedStudy
    private var values: [Key: String] = [:]
    private let byName: [String: AttributeRecord]

    init(_ study: CodedStudy) {
        self.study = study
        byName = Dictionary(study.attributes.map { (SearchIndex.folded($0.name), $0) }, uniquingKeysWith: { first, _ in first })
        for value in study.values {
            guard let bearer = value.caseId ?? value.sourceId else { continue }
            values[Key(attribute: value.attributeId, wave: value.wave, bearer: bearer, isCase: value.caseId != nil)] = value.value
        }
    }

    func attribute(_ name: String) -> AttributeRecord? { byName[SearchIndex.folded(name)] }

    /// A case's trait in a wave; where the wave has none, the one of no wave.
    func value(_ attribute: AttributeRecord, ofCase index: Int, wave: String = "") -> String? {
        value(attribute, study.cases[index].id ?? 0, isCase: true, wave)
    }

    func value(_ attribute: AttributeRecord, ofSource index: Int) -> String? {
        value(attribute, study.sources[index].id, isCase: false, study.sources[index].wave)
    }

    private func value(_ attribute: AttributeRecord, _ bearer: Int64, isCase: Bool, _ wave: String) -> String? {
        let id = attribute.id ?? 0
        return values[Key(attribute: id, wave: wave, bearer: bearer, isCase: isCase)] ?? values[Key(attribute: id, wave: "", bearer: bearer, isCase: isCase)]
    }

    private static let dateNames = ["Dato", "Intervjudato", "Opptaksdato", "Date"], roleNames = ["Rolle", "Stilling", "Yrke", "Role"]

    /// ISO 8601, as far as it is known.
    func date(ofSource index: Int, attribute name: String?) -> String? {
        for found in (name.map { [$0] } ?? Self.dateNames).compactMap(attribute) {
            if let value = value(found, ofSource: index) { return value }
        }
        return nil
    }

    func role(ofCase index: Int, wave: String, attribute name: String?) -> String? {
        for found in (name.map { [$0] } ?? Self.roleNames).compactMap(attribute) {
            if let value = value(found, ofCase: index, wave: wave) { return value }
        }
        return nil
    }

    func role(ofSource index: Int, attribute name: String?) -> String? {
        for found in (name.map { [$0] } ?? Self.roleNames).compactMap(attribute) {
            if let value = value(found, ofSource: index) { return value }
        }
        return nil
    }
}
