using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Rewriting;

/// <summary>
/// Finds breaches of the contract between patterns and driver, and names the patterns: false claims of success or failure, use of erased
/// operations, patterns that undo each other, and changes without end.
/// </summary>
/// <remarks>
/// The checks for every change cost a comparison each. For cycles, the IR is only hashed when there were far more changes than operations:
/// after that many, a short run of changes is traced, and a hash that returns within the run proves a cycle. Runs become longer each time.
/// </remarks>
internal sealed class RewriteChecks(Region? scope, int growthLimit)
{
    private const int FirstRun = 16, LongestRun = 128;
    private const int Patience = 1024;

    private readonly List<ulong> hashes = [];
    private readonly List<string> names = [];
    private readonly List<ulong> ends = [];     // of the last iterations before the limit
    private readonly List<string> applied = [];
    private long steps, suspicious, limit;
    private int runLength;
    private bool notes;                         // whether the names of applied patterns are noted

    public int GrowthLimit => growthLimit;

    /// <summary>Begins with another scope.</summary>
    public void Enter(Region? region)
    {
        scope = region;
        notes = false;
        ends.Clear();
        applied.Clear();
    }

    /// <summary>Throws when an operand's definition was erased.</summary>
    public static void OperandsLive(Operation op)
    {
        OperandSlot[] operands = op.OperandSlots;
        for (int i = 0; i < operands.Length; i++)
            if (operands[i].Value.DefiningOp is { IsErased: true } gone) throw ErasedOperationException.Of(gone);
    }

    public void StartIteration(int operations)
    {
        steps = 0;
        suspicious = Patience + 8L * operations;
        limit = (64L + operations) * growthLimit;
        runLength = FirstRun;
        hashes.Clear();
        names.Clear();
        applied.Clear();
    }

    /// <summary>Counts a change by a pattern (null: a fold); false after a cycle or endless growth was reported.</summary>
    public bool Step(Rewriter rewriter, Pattern? pattern, Operation op)
    {
        if (notes) Note(applied, NameOf(pattern, op));
        return ++steps < suspicious || Trace(rewriter, pattern, op);
    }

    private static string NameOf(Pattern? pattern, Operation op) => pattern is null ? $"fold of '{op.Name}'" : $"pattern '{pattern.Name}'";

    private static void Note(List<string> names, string name)
    {
        if (!names.Contains(name)) names.Add(name);
    }

    private bool Trace(Rewriter rewriter, Pattern? pattern, Operation op)
    {
        // Without a scope there is nothing to take a fingerprint of, but changes without end are still found.
        ulong hash = scope is null ? (ulong)steps : Fingerprint.Of(scope);
        int earlier = hashes.IndexOf(hash);
        names.Add(NameOf(pattern, op));
        if (earlier >= 0)
        {
            List<string> cycle = [];
            for (int i = earlier + 1; i < names.Count; i++) Note(cycle, names[i]);
            Emit(rewriter, Severity.Error, "NEST3004", op.Location, cycle.Count == 1
                ? $"{cycle[0]} undoes its own work: the IR is what it was {names.Count - 1 - earlier} changes ago"
                : $"{Join(cycle)} undo each other: the IR is what it was {names.Count - 1 - earlier} changes ago",
                "let one of them match less, so that it refuses what the other makes");
            return false;
        }
        hashes.Add(hash);
        if (steps > limit)
        {
            List<string> last = [];
            foreach (string name in names) Note(last, name);
            Emit(rewriter, Severity.Error, "NEST3005", op.Location,
                $"the rewrite does not come to an end: after {steps} changes {Join(last)} still {(last.Count == 1 ? "finds" : "find")} something to change",
                "let the pattern refuse its own results");
            return false;
        }
        if (hashes.Count < runLength) return true;
        hashes.Clear();
        names.Clear();
        runLength = Math.Min(runLength * 2, LongestRun);
        suspicious = steps * 2;
        return true;
    }

    /// <summary>Warns when the last iterations before the limit ended with the same IR: something changes it and something changes it back.</summary>
    public void EndIteration(Rewriter rewriter, Region region, int iteration, int maxIterations)
    {
        if (maxIterations == RewriteConfig.NoLimit || iteration < maxIterations - 2 || maxIterations < 4) return;
        ulong hash = Fingerprint.Of(region);
        if (ends.Contains(hash) && iteration == maxIterations && region.Parent is { } parent)
        {
            Emit(rewriter, Severity.Warning, "NEST3006", parent.Location, applied.Count == 0
                ? $"the rewrite stops after {iteration} iterations without an end in sight: each changes something and ends with the same IR"
                : $"the rewrite stops after {iteration} iterations without an end in sight: {Join(applied)} {(applied.Count == 1 ? "changes" : "change")} the IR, and each iteration ends with the same",
                null);
        }
        ends.Add(hash);
        notes = true;
    }

    public static void FalseClaim(Rewriter rewriter, Pattern pattern, Operation op, bool matched)
    {
        if (matched)
        {
            Emit(rewriter, Severity.Error, "NEST3001", op.Location,
                $"pattern '{pattern.Name}' says that it rewrote '{op.Name}' but changed nothing through its rewriter",
                "return rw.NoMatch(op, reason), or make the change through the rewriter");
            return;
        }
        Emit(rewriter, Severity.Error, "NEST3002", op.Location,
            $"pattern '{pattern.Name}' says that it does not match '{op.Name}' but has changed the IR before it said so",
            "check everything first, then change");
    }

    public static void FoldWithoutChange(Rewriter rewriter, Operation op) => Emit(rewriter, Severity.Error, "NEST3001", op.Location,
        $"fold of '{op.Name}' says that it updated the operation but changed nothing through its builder", "return FoldResult.None");

    public static void UseOfErased(Rewriter rewriter, Pattern? pattern, Operation root, ErasedOperationException e)
    {
        string who = pattern is null ? $"the rewrite of '{root.Name}'" : $"pattern '{pattern.Name}'";
        string by = e.ErasedBy is null ? "was erased" : e.ErasedBy == $"pattern '{pattern?.Name}'" ? "it has erased itself" : $"{e.ErasedBy} has erased";
        Emit(rewriter, Severity.Error, "NEST3003", root.Location, $"{who} uses a '{e.Operation}' op that {by}",
            "look operations up again instead of keeping them; nothing may be read from one after it was replaced or erased");
    }

    private static string Join(List<string> names) =>
        names.Count switch
        {
            0 => "nothing",
            1 => names[0],
            _ => string.Join(", ", names.GetRange(0, names.Count - 1)) + " and " + names[^1],
        };

    private static void Emit(Rewriter rewriter, Severity severity, string code, Location location, string message, string? help) =>
        rewriter.Context.Diagnostics.Emit(new Diagnostic(severity, code, location, message) { Help = help });
}
