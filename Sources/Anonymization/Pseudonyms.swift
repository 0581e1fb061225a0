/// Names to give people, by gender and rough origin. Common names, so that none points at anybody.
///
/// A name is replaced word by word: everybody called Kari in the study is called the same, and siblings keep one surname, so that
/// the talk stays as clear, and as unclear, about who is who as it was.
enum Pseudonyms {
    enum Origin: Int, Sendable { case nordic, arabic, slavic, southAsian, sami, african }

    private static func names(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    private static let female: [Origin: [String]] = [
        .nordic: names("Astrid Berit Camilla Dagny Elin Frida Grethe Hilde Ingrid Janne Karin Laila Mona Nina Oda Ragnhild Silje Trine Vigdis Wenche Anita Bodil Cecilie Eldbjørg Gunnhild Heidi Jorunn Kjersti Lillian Merethe Oddny Solveig Torill Tuva Ylva Åshild Sunniva Synnøve Hedda Julie Thea Maren Marte Ellen Karoline Guro"),
        .arabic: names("Amina Fatima Layla Mariam Noor Rania Samira Zahra Yasmin Hanan Nadia Salma Iman Huda Lina Souad"),
        .slavic: names("Agnieszka Beata Danuta Ewa Irena Katarzyna Magdalena Natalia Oksana Svetlana Tatjana Jelena Ljudmila Zofia"),
        .southAsian: names("Asha Deepa Farah Lakshmi Meera Nasreen Priya Rubina Saima Shanthi Uzma Vani"),
        .sami: names("Biret Elle Ánne Inga Máret Risten Sárá Ravdna Gáddjá Káre"),
        .african: names("Abeba Ayaan Hodan Ifrah Hibo Selam Senait Idil Sagal Almaz"),
    ]
    private static let male: [Origin: [String]] = [
        .nordic: names("Anders Birger Christoffer Dagfinn Eirik Fredrik Geirmund Henrik Ivar Jostein Knut Lars Magne Nils Oskar Petter Roger Sindre Trond Ulrik Vegard Asbjørn Bernt Espen Gaute Halvor Jarle Kjetil Leif Morten Oddgeir Reidar Sigurd Torgeir Vidar Øyvind Åge Trygve Mathias Emil Jakob Sondre Eskil Håvard Tarjei"),
        .arabic: names("Ahmad Bilal Faisal Hamid Ibrahim Karim Mustafa Omar Rashid Samir Tariq Yusuf Khalil Nabil Walid Ziad"),
        .slavic: names("Andrzej Bogdan Dariusz Grzegorz Jerzy Krzysztof Marek Pavel Sergej Tomasz Viktor Wojciech Zoran Mirko"),
        .southAsian: names("Arjun Imran Kumar Naveed Rajiv Sanjay Shahid Suresh Usman Vijay Waqas Zubair"),
        .sami: names("Áilu Ánte Issát Jovnna Máhtte Niillas Piera Ándaras Heaika Mihkkal"),
        .african: names("Abdi Dawit Farah Girmay Liban Mehari Tekle Warsame Yonas Bashir"),
    ]

    /// The rough origin of a name, by endings and by the commonest names; Nordic when nothing says otherwise.
    static func origin(_ lower: String) -> Origin {
        for (origin, list) in female.sorted(by: { $0.key.rawValue < $1.key.rawValue }) + male.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where origin != .nordic && list.contains(where: { NameKey.fold($0) == lower }) { return origin }
        if ["ski", "ska", "wicz", "czyk", "ova", "enko", "vich", "sław", "szka"].contains(where: lower.hasSuffix) { return .slavic }
        if lower.hasPrefix("abd") || lower.hasPrefix("al-") || ["ullah", "eddin", "addin", "med"].contains(where: lower.hasSuffix)
            || ["mohammed", "muhammad", "ali", "hassan", "hussein", "aisha", "khadija"].contains(lower) { return .arabic }
        if ["singh", "kaur", "kumar", "preet", "khan"].contains(where: lower.hasSuffix) { return .southAsian }
        if lower.contains("á") || lower.contains("š") || lower.contains("ŋ") { return .sami }
        return .nordic
    }

    /// Surnames by origin; the first Nordic list is of patronymics, the second of farms and places.
    private static let patronymics = names("Andersen Berntsen Christensen Danielsen Eriksen Fredriksen Gundersen Halvorsen Isaksen Jakobsen Knutsen Larsen Mathisen Nilsen Olsen Paulsen Rasmussen Simonsen Thomassen Tobiassen Gulbrandsen Henriksen Jensen Karlsen Pettersen")
    private static let farms = names("Aasen Berge Dahl Eide Fossum Haugen Holm Iversby Kleven Lien Moen Nygård Opheim Rønning Solberg Strand Sveen Tangen Vik Ødegård Bakken Hagen Lunde Myhre Sandvik")
    private static let surnames: [Origin: [String]] = [
        .arabic: names("Ahmadi Hassan Hussein Ibrahim Khalil Mansour Nasser Rahman Saleh Youssef"),
        .slavic: names("Kowalski Nowak Petrov Jankowski Horvat Ivanov Novak Zielinski Popovic Marek"),
        .southAsian: names("Ahmed Ali Butt Khan Kumar Malik Mehta Patel Sharma Singh"),
        .sami: names("Gaup Hætta Eira Sara Somby Utsi Balto Buljo Oskal Valkeapää"),
        .african: names("Abdi Ali Bekele Farah Haile Mohamud Osman Tesfay Warsame Yusuf"),
    ]

    private static func list(ofGiven name: String, lists: NameLists) -> (own: [String], all: [String]) {
        let kinds = lists.lookup(name)?.entry.kinds ?? []
        let isFemale = kinds.contains(.female) && !(kinds.contains(.male) && !name.hasSuffix("a"))
        let source = isFemale ? female : male
        let own = source[origin(name)] ?? source[.nordic] ?? []
        return (own, own + (source[.nordic] ?? []))
    }

    private static func list(ofSurname name: String, given: String?) -> (own: [String], all: [String]) {
        let origin = [name, given ?? name].map(origin).first { $0 != .nordic } ?? .nordic
        let nordic = ["sen", "son", "datter"].contains(where: name.hasSuffix) ? patronymics : farms
        let own = surnames[origin] ?? nordic
        return (own, own + patronymics + farms)
    }

    /// Always the same place of the same list for one word, and on from there past names that are taken.
    private static func pick(_ word: String, _ source: (own: [String], all: [String]), taken: Set<String>, lists: NameLists) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let own = source.own.count
        for step in 0..<source.all.count {
            let name = source.all[step < own ? (Int(hash % UInt64(max(1, own))) + step) % own : step]
            if !taken.contains(where: { NameKey.sameName($0, NameKey.fold(name), lists: lists) }) { return name }
        }
        // The list is used up: number the names.
        var number = 2
        while taken.contains(NameKey.fold("\(source.all[0]) \(number)")) || taken.contains("\(NameKey.fold(source.all[0])) \(number)") { number += 1 }
        return "\(source.all[0]) \(number)"
    }

    /// The study's words of names with what each has become.
    struct Words {
        private var given: [String: String] = [:]
        private var last: [String: String] = [:]

        /// From the entries that have pseudonyms.
        init(_ entries: [KeyRegister.Entry], lists: NameLists) {
            for entry in entries where entry.pattern == Pseudonyms.pattern && !entry.isUserSet { note(entry.key, entry.code, lists) }
        }

        private mutating func note(_ key: String, _ code: String, _ lists: NameLists) {
            let (first, surname) = Pseudonyms.parts(key, lists)
            let words = Pseudonyms.codeParts(code)
            if let first, let word = words.first { given[NameKey.phonetic(first)] = given[NameKey.phonetic(first)] ?? word }
            if let surname, let word = words.last { last[NameKey.phonetic(surname)] = last[NameKey.phonetic(surname)] ?? word }
        }

        /// - Parameter taken: folded names, the study's real ones and pseudonyms already given; what is chosen is added.
        mutating func choose(for key: String, taken: inout Set<String>, lists: NameLists) -> String {
            let (first, surname) = Pseudonyms.parts(key, lists)
            var out: [String] = []
            if let first {
                let sound = NameKey.phonetic(first)
                let name = given[sound] ?? Pseudonyms.pick(first, Pseudonyms.list(ofGiven: first, lists: lists), taken: taken, lists: lists)
                given[sound] = name
                taken.insert(NameKey.fold(name))
                out.append(name)
            }
            if let surname {
                let sound = NameKey.phonetic(surname)
                let name = last[sound] ?? Pseudonyms.pick(surname, Pseudonyms.list(ofSurname: surname, given: first), taken: taken, lists: lists)
                last[sound] = name
                taken.insert(NameKey.fold(name))
                out.append(name)
            }
            return out.joined(separator: " ")
        }
    }

    static let pattern = "pseudonym"

    /// The first given name and the surname of a key; middle names are left out. One word alone is a surname only when no list
    /// knows it as a given name.
    private static func parts(_ key: String, _ lists: NameLists) -> (given: String?, surname: String?) {
        let words = key.split(separator: " ").map(String.init).filter { !ContextWords.particles.contains($0) }
        guard let first = words.first else { return (key, nil) }
        if words.count > 1 { return (first, words[words.count - 1]) }
        let kinds = lists.lookup(first)?.entry.kinds ?? []
        return kinds.contains(.surname) && kinds.isDisjoint(with: .given) ? (nil, first) : (first, nil)
    }

    /// A name and its number are one word.
    private static func codeParts(_ code: String) -> [String] {
        var out: [String] = []
        for word in code.split(separator: " ").map(String.init) {
            if word.allSatisfy(\.isNumber), let last = out.popLast() { out.append(last + " " + word) } else { out.append(word) }
        }
        return out
    }

    /// As much of a pseudonym as was said of the name: "Kari" of Kari Nordmann is Anne, not Anne Berg.
    /// - Parameter said: the words that are replaced.
    static func part(of code: String, key: String, said: String, lists: NameLists) -> String {
        let own = codeParts(code), words = key.split(separator: " ").map(String.init)
        guard own.count == 2, words.count > 1 else { return code }
        let tokens = TokenizedText(said).tokens.filter { $0.kind == .word && !ContextWords.titles.contains($0.lower) }
        guard tokens.count == 1 else { return code }
        let forms = NameKey.withoutGenitive(tokens[0].lower)
        if forms.contains(where: { NameKey.sameName($0, words[0], lists: lists) }) { return own[0] }
        if forms.contains(where: { NameKey.sameName($0, words[words.count - 1], lists: lists) }) { return own[1] }
        return code
    }
}
