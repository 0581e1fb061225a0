/// Called by long work once a block with the share done, 0 … 1. It may throw (`CancellationError`) to stop the work.
public typealias Progress = @Sendable (_ fraction: Double) throws -> Void
