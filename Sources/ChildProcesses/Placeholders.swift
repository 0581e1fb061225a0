/// Words in braces that stand for something in a program's arguments: `{wav}`.
public enum Placeholders {
    /// Replaces every placeholder in one pass, so that what one stands for cannot bring in another.
    /// - Parameter values: what each stands for, by the placeholder with its braces.
    public static func fill(_ argument: String, _ values: [String: String]) -> String {
        let known = values.sorted { $0.key < $1.key }
        var result = "", rest = Substring(argument)
        while let brace = rest.firstIndex(of: "{") {
            result += rest[..<brace]
            rest = rest[brace...]
            if let (key, value) = known.first(where: { rest.hasPrefix($0.key) }) {
                result += value
                rest = rest.dropFirst(key.count)
            } else {
                result += "{"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }
}
