import Foundation

/// Where this module's data files lie, so that a run can be named by their content.
public enum BokmalResources {
    public static var folder: URL? { Resources.folder }
}
