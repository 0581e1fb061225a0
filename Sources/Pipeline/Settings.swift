import Foundation

/// A value of a stage's setting.
public enum SettingValue: Sendable, Hashable, CustomStringConvertible {
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([String])
    /// Explicitly nothing: the stage decides.
    case auto

    /// One spelling per value: what run keys and `explain` show.
    public var description: String {
        switch self {
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
        case .text(let value): value
        case .list(let values):
            "[" + values.map { "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }.joined(separator: ", ") + "]"
        case .auto: "auto"
        }
    }
}

/// One setting a stage understands: its name, kind, default and meaning.
public struct Setting: Sendable {
    public enum Kind: Sendable {
        case bool
        case integer(ClosedRange<Int>)
        /// An integer, or `auto`.
        case integerOrAuto(ClosedRange<Int>)
        /// A number with a unit for messages (`s`, `dB`, `Hz`; empty for none).
        case number(ClosedRange<Double>, unit: String)
        case choice([String])
        /// Any text; `hint` says what is expected.
        case text(hint: String)
        /// Several of the named values; any text when `of` is empty.
        case list(of: [String])

        /// For messages: what may stand here.
        public var allowed: String {
            switch self {
            case .bool: "true or false"
            case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .integerOrAuto(let range): "auto, or a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .number(let range, let unit):
                "a number from \(SettingValue.number(range.lowerBound)) to \(SettingValue.number(range.upperBound))"
                    + (unit.isEmpty ? "" : " \(unit)")
            case .choice(let values): "one of " + values.joined(separator: ", ")
            case .text(let hint): hint
            case .list(let values): values.isEmpty ? "a list of texts" : "a list of " + values.joined(separator: ", ")
            }
        }
    }

    public var name: String
    public var kind: Kind
    public var standard: SettingValue
    public var help: String
    /// May hold words of somebody's, or name somebody: not told to others.
    public var isPrivate: Bool

    public init(_ name: String, _ kind: Kind, default standard: SettingValue, _ help: String, isPrivate: Bool = false) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.help = help
        self.isPrivate = isPrivate
    }
}

/// A stage's settings, complete (defaults filled in) and checked against its schema.
public struct Settings: Sendable, Hashable {
    public let values: [String: SettingValue]

    /// Settings with every value at its default, except those given. Names that the schema lacks are not kept.
    public init(schema: [Setting], overrides: [String: SettingValue] = [:]) {
        var values: [String: SettingValue] = [:]
        for setting in schema { values[setting.name] = overrides[setting.name] ?? setting.standard }
        self.values = values
    }

    public func bool(_ name: String) -> Bool { if case .bool(let value) = values[name] { value } else { false } }
    public func text(_ name: String) -> String { if case .text(let value) = values[name] { value } else { "" } }
    public func list(_ name: String) -> [String] { if case .list(let value) = values[name] { value } else { [] } }
    /// The whole number, or nil when the setting is `auto`.
    public func integer(_ name: String) -> Int? { if case .integer(let value) = values[name] { value } else { nil } }
    public func number(_ name: String) -> Double {
        switch values[name] {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: 0
        }
    }

    /// Name and spelling of every setting, by name.
    public var canonical: [(name: String, value: String)] {
        values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) }
    }
}
