import Foundation

/// What a date said in Norwegian tells: any of day, month, year and season, with where its parts stand.
///
/// Reads `17. mai 2013`, `17.05.13`, `2013-05-17`, `den syttende mai`, `mai 2013`, `sommeren 2013`, `våren -98`, `nittenåttifire`.
struct DateParts: Hashable, Sendable {
    var day: Int?
    var month: Int?
    var year: Int?
    var season: Season?

    enum Season: String, CaseIterable, Sendable {
        case winter = "vinter", spring = "vår", summer = "sommer", autumn = "høst"

        var definite: String {
            switch self {
            case .winter: "vinteren"
            case .spring: "våren"
            case .summer: "sommeren"
            case .autumn: "høsten"
            }
        }

        init(month: Int) {
            switch month {
            case 3...5: self = .spring
            case 6...8: self = .summer
            case 9...11: self = .autumn
            default: self = .winter
            }
        }
    }

    static let months = [
        "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember",
    ]

    /// - Parameter folded: lower case.
    init(_ folded: String) {
        let words = folded.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        month = words.lazy.compactMap { word in Self.months.firstIndex(of: word) ?? Self.months.firstIndex { word == $0.prefix(3) } }.first.map { $0 + 1 }
        season = Season.allCases.first { season in
            words.contains { $0 == season.rawValue || $0 == season.definite } || season == .autumn && words.contains("haust") || season == .summer && words.contains("sommar")
        }
        let numbers = words.filter { $0.allSatisfy(\.isNumber) }
        if let full = numbers.first(where: { $0.count == 4 && ("1800"..."2099").contains($0) }) { year = Int(full) }
        if month == nil, numbers.count == 3, let a = Int(numbers[0]), let b = Int(numbers[1]), let c = Int(numbers[2]) {
            if numbers[0].count == 4 {
                (month, day) = (b, c)
            } else {
                (day, month) = (a, b)
                if numbers[2].count == 2 { year = Self.century(c) }
            }
        } else if month == nil, numbers.count == 2, season == nil, year == nil, let a = Int(numbers[0]), let b = Int(numbers[1]) {
            (day, month) = (a, b)
        } else {
            if let first = numbers.first, first.count <= 2, month != nil, let a = Int(first) { day = a }
            if let last = numbers.last, last.count == 2, year == nil, numbers.count > 1 || folded.contains("'") || folded.contains("-"), let value = Int(last) {
                year = Self.century(value)
                if numbers.count == 1 { day = nil }
            }
        }
        if day == nil, month != nil { day = words.lazy.compactMap { SpokenNumbers.ordinals[$0] }.first }
        if year == nil { year = words.lazy.compactMap(Self.spokenYear).first }
        if let value = month, !(1...12).contains(value) { month = nil }
        if let value = day, !(1...31).contains(value) { day = nil }
    }

    static func century(_ value: Int) -> Int { value > 40 ? 1900 + value : 2000 + value }

    /// "nittenåttifire", "nittenhundreogåttifire", "totusenogtretten", "tjuetretten".
    private static func spokenYear(_ word: String) -> Int? {
        for (head, base) in [("nittenhundreog", 1900), ("nittenhundre", 1900), ("nittenog", 1900), ("nitten", 1900), ("totusenog", 2000), ("totusen", 2000), ("tjue", 2000)]
        where word.hasPrefix(head) {
            let rest = String(word.dropFirst(head.count))
            if rest.isEmpty, head == "totusen" { return 2000 }
            // "tjuefem" is a number; "tjuefemten" a year.
            if let value = SpokenNumbers.values[rest], value < 100, head != "tjue" || value >= 10 { return base + value }
        }
        return nil
    }

    var monthText: String? {
        guard let year else { return nil }
        return month.map { "\(Self.months[$0 - 1]) \(year)" } ?? String(year)
    }

    /// "sommeren 2013"; without a year "om sommeren".
    var seasonText: String? {
        let season = season ?? month.map(Season.init(month:))
        guard let season else { return year.map(String.init) }
        return year.map { "\(season.definite) \($0)" } ?? "om \(season.definite)"
    }
}

/// Moves a date by a participant's days, and writes it as it was written.
enum DateShift {
    /// Days to either side where the policy says no number: half a year.
    static let usual = 182
    static let allowed = 28...3_650

    /// The shift of one participant: a multiple of seven, so that weekdays stay, at least four weeks from nought.
    ///
    /// - Parameters:
    ///   - seed: as many bits as can be had from the key register's secret and the participant's code.
    ///   - most: the most days to either side, in ``allowed``.
    static func days(seed: UInt64, most: Int) -> Int {
        let weeks = max(1, most / 7 - 3)
        let pick = Int(seed % UInt64(2 * weeks))
        return 7 * (pick < weeks ? pick + 4 : weeks - pick - 4)
    }

    /// The date moved; nil when the words do not say a day or a month of a year, and nothing can be moved.
    static func text(_ original: String, days: Int) -> String? {
        let parts = DateParts(NameKey.fold(original))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "UTC") ?? .current
        // Without a year the day is moved in a common year; without a day a month is moved by its middle.
        guard let month = parts.month else {
            // Figures beside the year that are no day and month: better hidden than half read.
            guard let year = parts.year, original.split(whereSeparator: { !$0.isNumber }).count < 2,
                let date = moved(year, middle(of: parts.season), 15, days, calendar) else { return nil }
            guard let season = parts.season else { return String(date.year) }
            return "\(DateParts.Season(month: date.month).definite) \(date.year + (season == .winter && date.month == 12 ? 1 : 0))"
        }
        guard let date = moved(parts.year ?? 2023, month, parts.day ?? 15, days, calendar) else { return nil }
        let isNumeric = !original.contains { $0.isLetter }
        if isNumeric {
            let text = String(format: "%02d.%02d", date.day, date.month)
            return parts.year == nil ? text + "." : text + ".\(date.year)"
        }
        let name = DateParts.months[date.month - 1]
        let year = parts.year == nil ? "" : " \(date.year)"
        return parts.day == nil ? name + year : "\(date.day). \(name)\(year)"
    }

    private static func middle(of season: DateParts.Season?) -> Int {
        switch season {
        case .winter: 1
        case .spring: 4
        case .autumn: 10
        case .summer, nil: 7
        }
    }

    private static func moved(_ year: Int, _ month: Int, _ day: Int, _ days: Int, _ calendar: Calendar) -> (year: Int, month: Int, day: Int)? {
        let wanted = DateComponents(year: year, month: month, day: day)
        // "31. februar" would become some day in March.
        guard let start = calendar.date(from: wanted), calendar.dateComponents([.year, .month, .day], from: start) == wanted,
            let date = calendar.date(byAdding: .day, value: days, to: start) else { return nil }
        let found = calendar.dateComponents([.year, .month, .day], from: date)
        guard let year = found.year, let month = found.month, let day = found.day else { return nil }
        return (year, month, day)
    }
}
