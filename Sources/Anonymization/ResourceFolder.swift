import Foundation

/// Where this module's data files lie, so that a run can be named by their content.
public enum AnonymizationResources {
    public static var folder: URL? { Bundle.module.bundleURL.appendingPathComponent("Resources") }
}
