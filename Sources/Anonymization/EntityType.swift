/// What a stretch of text says about somebody.
public enum EntityType: String, Codable, Sendable, CaseIterable, Comparable {
    case person, place, municipality, county, country, address, postcode, organisation, healthUnit, school
    case phone, email, url, nationalID, account, card, iban, plate, caseNumber
    case date, age, jobTitle, ethnicity, relationFact, other

    /// Whether the type points at one person alone or only together with other facts.
    public var identifier: Identifier {
        switch self {
        case .person, .address, .phone, .email, .url, .nationalID, .account, .card, .iban, .plate, .caseNumber: .direct
        default: .quasi
        }
    }

    /// Types whose codes count in one series with it: a place first met as "unknown" keeps its code.
    var series: EntityType {
        switch self {
        case .school: .organisation
        default: self
        }
    }

    public static func < (a: EntityType, b: EntityType) -> Bool { a.rawValue < b.rawValue }
}

/// Direct identifiers name a person; quasi-identifiers do so in combination.
public enum Identifier: String, Codable, Sendable { case direct, quasi }
