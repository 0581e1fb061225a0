import CZip

/// The library's own first steps, taken once and by one thread.
///
/// libzip (1.7 and before, at least) works out at its first `zip_open_from_source`, which `zip_open` calls too, what a source must be
/// able to do, and keeps it in static variables without a lock. A second thread that opens an archive in that moment finds half of it
/// and is told that its source cannot be written (`ZIP_ER_RDONLY`). Whoever opens an archive asks for this first.
public enum Libzip {
    /// Opens an empty archive in memory and lets it go; Swift makes a static constant once, and others wait for it.
    public static let isReady: Bool = {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let source = zip_source_buffer_create(nil, 0, 0, &error) else { return false }
        guard let archive = zip_open_from_source(source, ZIP_TRUNCATE, &error) else {
            zip_source_free(source)
            return false
        }
        zip_discard(archive)
        return true
    }()
}
