import Foundation

/// Where the module's data files are. `Bundle.resourceURL` points one folder deeper on Linux than on macOS: start at the bundle.
enum ShippedFiles {
    static let folder: URL = {
        let own = Bundle.module.bundleURL.appendingPathComponent("Resources")
        if FileManager.default.fileExists(atPath: own.appendingPathComponent("names.tsv").path) { return own }
        let resources = Bundle.module.resourceURL ?? Bundle.module.bundleURL
        let nested = resources.appendingPathComponent("Resources")
        return FileManager.default.fileExists(atPath: nested.path) ? nested : resources
    }()
}

/// What the lists know of a word form.
public struct NameKinds: OptionSet, Sendable, Hashable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public static let male = NameKinds(rawValue: 1), female = NameKinds(rawValue: 2), surname = NameKinds(rawValue: 4)
    public static let place = NameKinds(rawValue: 8), postPlace = NameKinds(rawValue: 16)
    public static let municipality = NameKinds(rawValue: 32), county = NameKinds(rawValue: 64)
    public static let country = NameKinds(rawValue: 128), organisation = NameKinds(rawValue: 256)
    public static let given: NameKinds = [.male, .female]
    public static let personal: NameKinds = [.male, .female, .surname]
    public static let geographic: NameKinds = [.place, .postPlace, .municipality, .county, .country]
    /// Lists of Norwegian public registers: short and trustworthy.
    public static let official: NameKinds = [.postPlace, .municipality, .county, .country]

    init(letters: Substring.UTF8View) {
        var value: NameKinds = []
        for letter in letters {
            switch letter {
            case UInt8(ascii: "m"): value.insert(.male)
            case UInt8(ascii: "f"): value.insert(.female)
            case UInt8(ascii: "s"): value.insert(.surname)
            case UInt8(ascii: "p"): value.insert(.place)
            case UInt8(ascii: "P"): value.insert(.postPlace)
            case UInt8(ascii: "k"): value.insert(.municipality)
            case UInt8(ascii: "y"): value.insert(.county)
            case UInt8(ascii: "c"): value.insert(.country)
            case UInt8(ascii: "o"): value.insert(.organisation)
            default: break
            }
        }
        self = value
    }
}

/// How often a name form is an ordinary word too.
public enum Ambiguity: UInt8, Sendable { case never = 0, rare = 1, common = 2 }

/// The shipped lists: names, places, municipalities, job titles.
public struct NameLists: Sendable {
    public struct Entry: Sendable, Hashable {
        public var kinds: NameKinds
        public var ambiguity: Ambiguity
    }

    public struct Municipality: Sendable, Hashable {
        public var number: String
        public var name: String
        public var county: String
        public var region: String
        /// Inhabitants on 1 January 2024 (Statistics Norway, table 07459).
        public var population: Int
        /// Statistics Norway's classes of centrality: 1 the most central … 6 the least.
        public var centrality: Int
    }

    let entries: [String: Entry]
    /// First words of names of several words, with the most words such a name has.
    let phraseStarts: [String: Int]
    public let municipalities: [Municipality]
    let municipalityByName: [String: Municipality]
    /// Post places that lie in one municipality and are not named after it.
    let municipalityOfPlace: [String: Municipality]
    let regionByCounty: [String: String]
    let jobTitles: Set<String>

    /// The shipped lists. A program without its resource bundle stops here: a detector without lists would let names through.
    public static let shared: NameLists = {
        let lists = NameLists(folder: ShippedFiles.folder)
        precondition(
            lists.entries.count > 10_000 && lists.municipalities.count > 300 && !lists.jobTitles.isEmpty,
            "the name lists cannot be read: install Ordrett again with its resource bundles beside the program")
        return lists
    }()

    init(folder: URL?) {
        func lines(_ name: String) -> [Substring] {
            guard let url = folder?.appendingPathComponent(name), let text = try? String(contentsOf: url, encoding: .utf8)
            else { return [] }
            return text.split(separator: "\n")
        }
        var entries: [String: Entry] = [:]
        var starts: [String: Int] = [:]
        entries.reserveCapacity(64_000)
        for line in lines("names.tsv") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 3, let level = UInt8(fields[2]), let ambiguity = Ambiguity(rawValue: level) else { continue }
            let form = String(fields[0])
            entries[form] = Entry(kinds: NameKinds(letters: fields[1].utf8), ambiguity: ambiguity)
            if form.utf8.contains(UInt8(ascii: " ")) {
                let words = form.split(separator: " ")
                let first = String(words[0])
                starts[first] = max(starts[first] ?? 0, words.count)
            }
        }
        var municipalities: [Municipality] = []
        // In Sámi, Kven and Norwegian.
        var otherNames: [(name: String, index: Int)] = []
        for line in lines("municipalities.tsv") {
            let f = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard f.count == 7, let population = Int(f[4]), let centrality = Int(f[5]) else { continue }
            otherNames += f[6].split(separator: "|").map { (NameKey.fold(String($0)), municipalities.count) }
            municipalities.append(Municipality(
                number: f[0], name: f[1], county: f[2], region: f[3], population: population, centrality: centrality))
        }
        self.entries = entries
        self.phraseStarts = starts
        self.municipalities = municipalities
        // Two municipalities are called Herøy, two Våler: the name says neither county nor size.
        let shared = Dictionary(municipalities.map { (NameKey.fold($0.name), 1) }, uniquingKeysWith: +)
        self.municipalityByName = Dictionary(
            municipalities.map { (NameKey.fold($0.name), $0) } + otherNames.map { ($0.name, municipalities[$0.index]) },
            uniquingKeysWith: { a, _ in a }).filter { shared[$0.key, default: 1] == 1 }
        let byNumber = Dictionary(municipalities.map { ($0.number, $0) }, uniquingKeysWith: { a, _ in a })
        var places: [String: Municipality] = [:]
        for line in lines("postplaces.tsv") {
            let f = line.split(separator: "\t").map(String.init)
            if f.count == 2, let municipality = byNumber[f[1]] { places[f[0]] = municipality }
        }
        self.municipalityOfPlace = places
        self.regionByCounty = Dictionary(
            municipalities.map { (NameKey.fold($0.county), $0.region) }, uniquingKeysWith: { a, _ in a })
        self.jobTitles = Set(lines("jobtitles.txt").map(String.init))
    }

    /// Looks a lower-case form up, with and without a genitive s.
    func lookup(_ lower: String) -> (entry: Entry, base: String)? {
        for form in NameKey.withoutGenitive(lower) {
            if let entry = entries[form] { return (entry, form) }
        }
        return nil
    }

    func isKnownGivenName(_ lower: String) -> Bool {
        guard let entry = entries[lower] else { return false }
        return !entry.kinds.isDisjoint(with: .given)
    }

    /// A municipality by its present name (`Bodø`), in any case.
    public func municipality(named name: String) -> Municipality? { municipalityByName[NameKey.fold(name)] }
}
