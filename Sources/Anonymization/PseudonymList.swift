/// Names to give people, by gender and rough origin. Common names, so that none points at anybody.
enum PseudonymList {
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

    /// A name that is none of `taken` (folded), chosen by the key so that the same key meets the same list at the same place.
    static func choose(for key: String, lists: NameLists, taken: Set<String>) -> String {
        let first = key.split(separator: " ").first.map(String.init) ?? key
        let kinds = lists.lookup(first)?.entry.kinds ?? []
        let isFemale = kinds.contains(.female) && !(kinds.contains(.male) && !first.hasSuffix("a"))
        let source = (isFemale ? female : male)
        let list = (source[origin(first)] ?? []) + (source[.nordic] ?? [])
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let own = source[origin(first)]?.count ?? list.count
        for step in 0..<list.count {
            let index = step < own ? (Int(hash % UInt64(max(1, own))) + step) % own : step
            if !taken.contains(where: { NameKey.sameName($0, NameKey.fold(list[index]), lists: lists) }) { return list[index] }
        }
        // The list is used up: number the names.
        var number = 2
        while taken.contains(NameKey.fold("\(list[0]) \(number)")) { number += 1 }
        return "\(list[0]) \(number)"
    }
}
