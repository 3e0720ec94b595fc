using NestC.IR;

namespace NestC.Rewriting;

/// <summary>How far the greedy driver simplifies the control flow of regions after each iteration.</summary>
public enum RegionSimplification : byte
{
    Disabled,

    /// <summary>Unreachable blocks, and operations and block arguments that nothing live uses, are erased.</summary>
    Normal,

    /// <summary>Identical blocks are merged as well, and arguments that are always the same value are dropped.</summary>
    Aggressive,
}

/// <summary>Which operations a driver that was given a list of operations may touch.</summary>
public enum RewriteStrictness : byte
{
    /// <summary>Any operation in the scope.</summary>
    AnyOp,

    /// <summary>Those that were given, and those that patterns make.</summary>
    ExistingAndNewOps,

    /// <summary>Only those that were given.</summary>
    ExistingOps,
}

/// <summary>How the greedy driver works; the defaults are those of upstream's greedy driver.</summary>
public sealed record RewriteConfig
{
    public const int NoLimit = -1;

    public static RewriteConfig Default { get; } = new();

    /// <summary>Whether operations are visited in program order at first; otherwise from the end, inner ones first.</summary>
    public bool TopDown { get; init; }

    /// <summary>Passes over the scope before the driver gives up; <see cref="NoLimit"/> for no limit.</summary>
    public int MaxIterations { get; init; } = 10;

    /// <summary>Pattern applications in one iteration; <see cref="NoLimit"/> for no limit.</summary>
    public int MaxRewrites { get; init; } = NoLimit;

    public RegionSimplification RegionSimplification { get; init; } = RegionSimplification.Aggressive;

    public RewriteStrictness Strictness { get; init; }

    /// <summary>Whether operations are folded and dead ones erased, besides the patterns.</summary>
    public bool Fold { get; init; } = true;

    /// <summary>
    /// Whether breaches of the contract of patterns are found and reported (NEST3001 to NEST3005): false claims of success and failure, use
    /// of erased operations, patterns that undo each other, endless growth.
    /// </summary>
    public bool Checks { get; init; } = true;

    /// <summary>With <see cref="Checks"/>: changes for each operation of the scope in one iteration, after which patterns are taken to go on for ever.</summary>
    public int GrowthLimit { get; init; } = 256;

    /// <summary>Hears of every change besides the driver itself.</summary>
    public IOpListener? Listener { get; init; }

    /// <summary>Takes the isolated operations that were rewritten on their own and will not be changed any more; null: nobody asks.</summary>
    public EarlyVerification? Verification { get; init; }

    /// <summary>Who is told of attempts, reasons and provenance.</summary>
    public IRewriteObserver? Observer { get; init; }
}

/// <summary>What a driver did.</summary>
/// <param name="Converged">Whether nothing was left to do; false after the limits of the configuration or an error.</param>
/// <param name="Changed">Whether the IR changed.</param>
/// <param name="Failed">Whether a pattern broke its contract: a diagnostic was reported.</param>
/// <param name="Iterations">Passes over the scope.</param>
/// <param name="Rewrites">Pattern applications.</param>
public readonly record struct RewriteResult(bool Converged, bool Changed, bool Failed, int Iterations, long Rewrites);
