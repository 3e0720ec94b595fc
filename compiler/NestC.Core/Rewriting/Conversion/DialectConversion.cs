using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;

namespace NestC.Rewriting;

/// <summary>What must be legal after a conversion.</summary>
public enum ConversionMode : byte
{
    /// <summary>No operation is left that the target says is illegal.</summary>
    Partial,

    /// <summary>Every operation that is left is one that the target says is legal.</summary>
    Full,

    /// <summary>Nothing is changed: says which operations could be converted.</summary>
    Analysis,
}

public sealed record ConversionConfig
{
    public static ConversionConfig Default { get; } = new();

    public ConversionMode Mode { get; init; }

    /// <summary>Whether an operation that is not legal is folded, when it folds to values, before patterns are tried.</summary>
    public bool Fold { get; init; } = true;

    /// <summary>Whether failures are reported as diagnostics, besides being in the result.</summary>
    public bool Report { get; init; } = true;

    public IRewriteObserver? Observer { get; init; }
}

/// <summary>A pattern that was tried on an operation, and why it did not convert it.</summary>
public sealed record ConversionAttempt(string Pattern, string Reason);

/// <summary>An operation that stayed illegal: the verdict that made it so, and every pattern that was tried.</summary>
public sealed record ConversionFailure(string Operation, Location Location, bool MarkedIllegal, Verdict Verdict, IReadOnlyList<ConversionAttempt> Attempts)
{
    public Diagnostic ToDiagnostic()
    {
        string suffix = MarkedIllegal ? " that was explicitly marked illegal" : "";
        Diagnostic error = new(Severity.Error, "NEST3201", Location, $"failed to legalize operation '{Operation}'{suffix}");
        if (Verdict.IsNo)
        {
            error.Note(Location, $"not legal on the target: {Verdict}");
            error.Help = Verdict.Help;
        }
        foreach (ConversionAttempt attempt in Attempts) error.Note(Location, $"pattern '{attempt.Pattern}': {attempt.Reason}");
        if (Attempts.Count == 0) error.Note(Location, $"no pattern of the conversion starts from '{Operation}'");
        return error;
    }
}

/// <summary>How a conversion ended. When it failed the IR is what it was before.</summary>
/// <param name="Convertible">Analysis mode: the operations that are not legal and can be converted.</param>
public sealed record ConversionResult(bool Succeeded, IReadOnlyList<ConversionFailure> Failures, IReadOnlyList<Operation> Convertible);

/// <summary>Converts operations until the target says that they are legal; all or nothing.</summary>
public static class DialectConversion
{
    /// <summary>Converts an operation with all that is in its regions.</summary>
    public static ConversionResult Apply(Operation root, ConversionTarget target, PatternSet patterns, ConversionConfig? config = null) =>
        Apply(root, target, FrozenPatterns.For(root.Context, patterns), config);

    public static ConversionResult Apply(Operation root, ConversionTarget target, FrozenPatterns patterns, ConversionConfig? config = null) =>
        new Driver(target, patterns, config ?? ConversionConfig.Default).Run(root);

    private sealed class Driver(ConversionTarget target, FrozenPatterns patterns, ConversionConfig config)
    {
        private readonly ConversionRewriter rewriter = new(patterns.Context, config.Observer);
        private readonly Folder folder = new();
        private readonly List<Pattern> active = [];
        private readonly List<ConversionFailure> failures = [];
        private readonly HashSet<Operation> covered = [];
        private List<ConversionAttempt> attempts = [];
        private bool broken;        // a pattern broke its contract: a diagnostic was reported

        public ConversionResult Run(Operation root)
        {
            List<Operation> all = [];
            Collect(root, all);
            List<Operation> convertible = [];
            ConversionRewriter.Checkpoint start = rewriter.Save();
            try
            {
                foreach (Operation op in all)
                {
                    if (rewriter.IsGone(op) || IsCovered(op)) continue;
                    OpLegality legality = target.Of(op);
                    if (legality.Legality == Legality.Legal)
                    {
                        if (legality.CoversRegions) covered.Add(op);
                        continue;
                    }
                    attempts = [];
                    if (Convert(op)) convertible.Add(op);
                    else if (broken) break;
                    else if (legality.Legality == Legality.Illegal || config.Mode == ConversionMode.Full)
                        failures.Add(new ConversionFailure(op.Name, op.Location, legality.Legality == Legality.Illegal, legality.Verdict, attempts));
                }
            }
            catch (ErasedOperationException e)
            {
                broken = true;
                RewriteChecks.UseOfErased(rewriter, rewriter.CurrentPattern, rewriter.Root ?? root, e);
            }
            if (config.Mode == ConversionMode.Analysis)
            {
                rewriter.Rollback(start);
                return new ConversionResult(!broken, failures, convertible);
            }
            List<Diagnostic> errors = [];
            if (!broken && failures.Count == 0 && rewriter.Settle(errors))
            {
                rewriter.Commit();
                return new ConversionResult(true, failures, []);
            }
            rewriter.Rollback(start);
            if (config.Report)
            {
                foreach (ConversionFailure failure in failures) root.Context.Diagnostics.Emit(failure.ToDiagnostic());
                foreach (Diagnostic error in errors) root.Context.Diagnostics.Emit(error);
            }
            return new ConversionResult(false, failures, []);
        }

        private static void Collect(Operation op, List<Operation> all)
        {
            all.Add(op);
            if (op.RegionCount == 0) return;
            if (DeepStack.IsShort) DeepStack.Run((op, all), static s => CollectNested(s.op, s.all));
            else CollectNested(op, all);
        }

        private static void CollectNested(Operation op, List<Operation> all)
        {
            foreach (Region region in op.Regions)
                foreach (Block block in region.Blocks)
                    foreach (Operation inner in block.Operations) Collect(inner, all);
        }

        private bool IsCovered(Operation op)
        {
            if (covered.Count == 0) return false;
            for (Operation? at = op.ParentOp; at is not null; at = at.ParentOp)
                if (covered.Contains(at)) return true;
            return false;
        }

        // Makes an operation legal; its own outcome and those of patterns are noted in `attempts`.
        private bool Legalize(Operation op)
        {
            if (rewriter.IsGone(op) || rewriter.IsOwnCast(op)) return true;
            OpLegality legality = target.Of(op);
            if (legality.Legality != Legality.Legal) return Convert(op);
            if (legality.CoversRegions) covered.Add(op);
            return true;
        }

        private bool Convert(Operation op)
        {
            if (config.Fold && TryFold(op)) return true;
            foreach (Pattern pattern in patterns.Of(op))
            {
                if (active.Contains(pattern))
                {
                    Refused(pattern, "it would be applied to what it has made itself");
                    continue;
                }
                if (TryPattern(pattern, op)) return true;
                if (broken) return false;
            }
            return false;
        }

        private void Refused(Pattern pattern, string reason) => attempts.Add(new ConversionAttempt(pattern.Name, reason));

        private bool TryFold(Operation op)
        {
            ConversionRewriter.Checkpoint before = rewriter.Save();
            (rewriter.CurrentPattern, rewriter.Root) = (null, op);
            if (folder.Fold(op, rewriter) == FoldOutcome.Values && !op.Has(OpTraits.ConstantLike))
            {
                rewriter.AtBefore(op);
                ReadOnlySpan<FoldResult> results = folder.Results;
                Value[] values = new Value[results.Length];
                bool all = true;
                for (int i = 0; i < values.Length && all; i++)
                {
                    values[i] = results[i].Value;
                    if (values[i].IsNull && results[i].Attr is { } constant
                        && op.Info.Dialect?.MaterializeConstant(rewriter, constant, op.Result(i).Type, op.Location) is { } made) values[i] = made.Result(0);
                    all = !values[i].IsNull;
                }
                if (all)
                {
                    rewriter.Replace(op, values);
                    if (LegalizeMade(before, out _)) return true;
                }
            }
            rewriter.Rollback(before);
            return false;
        }

        private bool LegalizeMade(ConversionRewriter.Checkpoint since, out Operation? stayed)
        {
            stayed = null;
            foreach (Operation made in rewriter.MadeSince(since))
            {
                if (Legalize(made)) continue;
                stayed = made;
                return false;
            }
            return true;
        }

        private bool TryPattern(Pattern pattern, Operation op)
        {
            ConversionRewriter.Checkpoint before = rewriter.Save();
            (rewriter.CurrentPattern, rewriter.Root, rewriter.CurrentConverter) = (pattern, op, null);
            rewriter.Reasons.Clear();
            rewriter.AtBefore(op);
            config.Observer?.Attempting(pattern, op);
            string name = op.Name;
            long start = config.Observer is null ? 0 : System.Diagnostics.Stopwatch.GetTimestamp();
            bool matched = pattern.RewriteOp(op, rewriter);
            rewriter.CurrentPattern = null;
            config.Observer?.Attempted(pattern, op, name, matched, System.Diagnostics.Stopwatch.GetTimestamp() - start);
            if (!matched)
            {
                Refused(pattern, rewriter.Reasons.Count == 0 ? "it gives no reason" : string.Join("; ", rewriter.Reasons));
                rewriter.Rollback(before);
                return false;
            }
            if (!rewriter.ChangedSince(before))
            {
                broken = true;
                RewriteChecks.FalseClaim(rewriter, pattern, op, true);
                return false;
            }
            rewriter.NoteConverter(op, rewriter.CurrentConverter);
            // What is made by the attempts on new operations is said of the pattern that made them.
            List<ConversionAttempt> outer = attempts;
            attempts = [];
            active.Add(pattern);
            bool legal = LegalizeMade(before, out Operation? stayed);
            if (legal && !rewriter.IsGone(op) && rewriter.TouchedSince(before, op) && !Legalize(op))
            {
                legal = false;
                stayed = op;
            }
            active.RemoveAt(active.Count - 1);
            List<ConversionAttempt> inner = attempts;
            attempts = outer;
            if (legal) return true;
            Refused(pattern, Why(stayed!, stayed == op, inner));
            rewriter.Rollback(before);
            return false;
        }

        private string Why(Operation stayed, bool self, List<ConversionAttempt> inner)
        {
            OpLegality legality = target.Of(stayed);
            string why = self ? "the operation is not legal after it" : $"it made '{stayed.Name}', which is not legal";
            if (legality.Verdict.IsNo) why += $" ({legality.Verdict})";
            else if (legality.Legality == Legality.Unknown) why += " (the target says nothing of it)";
            foreach (ConversionAttempt attempt in inner) why += $"; pattern '{attempt.Pattern}' on that: {attempt.Reason}";
            return why;
        }
    }
}
