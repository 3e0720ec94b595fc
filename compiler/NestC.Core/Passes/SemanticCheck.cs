using System.Text;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Evaluation;
using NestC.IR;
using NestC.Rewriting;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Passes;

/// <summary>
/// `--check-semantics`: evaluates every function before and after each pass on seeded arguments. Where a pass makes a function do
/// something else, it is run again on a copy, and the function evaluated after each rewrite, until the first one that is wrong is
/// found; then the program is reduced.
/// </summary>
public sealed class SemanticCheck(int seeds) : PassInstrumentation
{
    private sealed record Before(Operation Root, List<int> Path, SortedDictionary<string, EvalOutcome[]> Outcomes);

    private readonly Stack<Before> pending = [];
    private readonly HashSet<string> told = new(StringComparer.Ordinal);
    private bool busy;

    /// <summary>Where reproducers are written; null: they stand in the diagnostic alone.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether a difference is bisected, reduced and reported, or counted alone.</summary>
    public bool Explain { get; init; } = true;

    /// <summary>Functions that some pass changed.</summary>
    public int Differences { get; private set; }

    /// <summary>Evaluations that were compared.</summary>
    public long Compared { get; private set; }

    /// <summary>The last reduced reproducer.</summary>
    public string? Reproducer { get; private set; }

    public override void BeforePass(Pass pass, Operation op)
    {
        if (busy) return;
        Operation root = op;
        List<int> path = [];
        for (; root.ParentOp is { } parent; root = parent) path.Add(IndexOf(root, parent));
        path.Reverse();
        Operation copy = IrReducer.Copy(root);
        pending.Push(new Before(copy, path, EvaluateAll(At(copy, path))));
    }

    public override void AfterPassFailed(Pass pass, Operation op)
    {
        if (!busy) pending.Pop();
    }

    public override void AfterPass(Pass pass, Operation op)
    {
        if (busy) return;
        Before before = pending.Pop();
        busy = true;
        foreach ((string name, EvalOutcome[] outcomes) in before.Outcomes)
        {
            Operation? function = Function(op, name);
            bool arrays = OnArrays(Function(At(before.Root, before.Path), name)!);
            for (int seed = 0; seed < outcomes.Length; seed++)
            {
                EvalOutcome? after = function is ICallable { CallableRegion: not null } callable ? Evaluate(callable, seed, arrays) : null;
                Compared++;
                if (Explain) TellIfNotEvaluated(function ?? op, name, outcomes[seed], after);
                if (Difference(outcomes[seed], after, Tolerance(function, arrays)) is not { } what) continue;
                if (pass.Approximates)
                {
                    if (Explain) Tell(function ?? op, name, $"'{pass.Argument}' makes something near of it, which is not compared");
                    break;
                }
                if (Explain) Report(pass, op, before, name, seed, what);
                Differences++;
                break;
            }
        }
        busy = false;
    }

    // A check that was not made must not pass for one that found nothing: once for each function and reason.
    private void TellIfNotEvaluated(Operation function, string name, EvalOutcome before, EvalOutcome? after)
    {
        EvalOutcome? given = before.Status is EvalStatus.Unsupported or EvalStatus.TooLong ? before
            : after?.Status is EvalStatus.Unsupported or EvalStatus.TooLong ? after : null;
        if (given is not null) Tell(function, name, given.Status == EvalStatus.TooLong ? "it takes more steps than are evaluated" : given.Reason);
    }

    private void Tell(Operation function, string name, string why)
    {
        string symbol = name.Length > 0 ? name : SymbolTable.NameOf(function)?.Value ?? "?";
        if (!told.Add($"{symbol}: {why}")) return;
        Skipped++;
        function.Context.Diagnostics.Emit(new Diagnostic(Severity.Warning, "NEST3131", function.Location,
            $"@{symbol} is not checked: {why}"));
    }

    /// <summary>Functions and reasons for which nothing could be compared.</summary>
    public int Skipped { get; private set; }

    private static int IndexOf(Operation op, Operation parent)
    {
        int index = 0;
        foreach (Region region in parent.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations)
                {
                    if (inner == op) return index;
                    index++;
                }
        return -1;
    }

    private static Operation At(Operation root, List<int> path)
    {
        foreach (int wanted in path)
        {
            int index = 0;
            Operation? found = null;
            foreach (Region region in root.Regions)
                foreach (Block block in region.Blocks)
                    foreach (Operation inner in block.Operations)
                        if (index++ == wanted) found = inner;
            root = found!;
        }
        return root;
    }

    // The functions whose meaning a pass on `op` must keep: itself, or those that others can see.
    private SortedDictionary<string, EvalOutcome[]> EvaluateAll(Operation op)
    {
        SortedDictionary<string, EvalOutcome[]> outcomes = new(StringComparer.Ordinal);
        if (op is ICallable { CallableRegion: not null } self) outcomes[""] = EvaluateSeeds(self);
        else if (op.Has(OpTraits.SymbolTable))
            foreach (Operation inner in op.Region(0).First!.Operations)
                if (inner is ICallable { CallableRegion: not null } callable and ISymbol { Visibility: SymbolVisibility.Public } symbol)
                    outcomes[symbol.SymbolName.Value] = EvaluateSeeds(callable);
        return outcomes;
    }

    private EvalOutcome[] EvaluateSeeds(ICallable function)
    {
        EvalOutcome[] outcomes = new EvalOutcome[seeds];
        bool arrays = OnArrays((Operation)function);
        for (int i = 0; i < seeds; i++) outcomes[i] = Evaluate(function, i, arrays);
        return outcomes;
    }

    private static EvalOutcome Evaluate(ICallable function, int seed, bool arrays) => new Interpreter().Run(function, Arguments(function, seed, arrays));

    // Arithmetic on arrays may be reordered, which extreme numbers would not forgive.
    private static EvalValue[] Arguments(ICallable function, int seed, bool arrays) =>
        arrays ? EvalInputs.Moderate(function.CallableType.Inputs, seed) : EvalInputs.Of(function.CallableType.Inputs, seed);

    private static bool OnArrays(Operation function)
    {
        bool found = false;
        function.Walk(op =>
        {
            found |= op is IArrayEvaluable;
            return found ? WalkResult.Interrupt : WalkResult.Advance;
        });
        return found;
    }

    private static Operation? Function(Operation op, string name) => name.Length == 0 ? op : SymbolTable.Lookup(op, Encoding.UTF8.GetBytes(name));

    // Fast-math flags, and operations on arrays, allow results that differ in the last bits.
    private static double Tolerance(Operation? function, bool arrays)
    {
        bool loose = false;
        function?.Walk(op =>
        {
            if (op.Info.IsRegistered && op.Inherent("fastmath"u8) is { } flags && flags.ToString() is { } text && !text.Contains("<none>", StringComparison.Ordinal)) loose = true;
            return WalkResult.Advance;
        });
        return loose || arrays ? 1e-3 : 0;
    }

    /// <summary>How an outcome differs from one that it must be as good as; null when it does not, or when that cannot be told.</summary>
    private static string? Difference(EvalOutcome before, EvalOutcome? after, double tolerance)
    {
        if (before.Status is EvalStatus.Undefined or EvalStatus.TooLong or EvalStatus.Unsupported) return null;
        if (after is null) return "the function is gone";
        if (after.Status == EvalStatus.Unsupported) return null;
        int common = Math.Min(before.Effects.Count, after.Effects.Count);
        for (int i = 0; i < common; i++)
            if (before.Effects[i] != after.Effects[i]) return $"did '{before.Effects[i]}' before, and does '{after.Effects[i]}' after";
        if (after.Status != before.Status) return $"{Ending(before)} before, and {Ending(after)} after";
        if (before.Effects.Count > common) return $"did '{before.Effects[common]}' before, and does not after";
        if (after.Effects.Count > common) return $"did not do '{after.Effects[common]}' before, and does after";
        for (int i = 0; i < before.Values.Length; i++)
        {
            if (i < after.Values.Length && before.Values[i].MayBecome(after.Values[i], tolerance)) continue;
            string which = before.Values.Length > 1 ? $"result {i} was " : "returned ";
            return $"{which}{before.Values[i]} before, and {(i < after.Values.Length ? after.Values[i].ToString() : "nothing")} after";
        }
        // What a function leaves in the memory that it was given is seen by its caller; a tensor that became a memref must be left as it was.
        for (int i = 0; i < before.Arguments.Length && i < after.Arguments.Length; i++)
            if (!before.Arguments[i].MayBecome(after.Arguments[i], tolerance))
                return $"left {before.Arguments[i]} in argument {i} before, and {after.Arguments[i]} after";
        return null;
    }

    private static string Ending(EvalOutcome outcome) => outcome.Status switch
    {
        EvalStatus.Returned => "returned",
        EvalStatus.Aborted => $"failed the assertion '{outcome.Reason}'",
        EvalStatus.TooLong => "did not end",
        _ => $"had undefined behaviour ({outcome.Reason})",
    };

    private void Report(Pass pass, Operation op, Before before, string name, int seed, string what)
    {
        Operation original = At(before.Root, before.Path);
        Operation function = Function(original, name)!;
        Suspect? suspect = Bisect(pass, before.Root, before.Path, name, seed);
        EvalValue[] arguments = Arguments((ICallable)function, seed, OnArrays(function));
        string symbol = SymbolTable.NameOf(function)?.Value ?? "?";
        Diagnostic error = new(Severity.Error, "NEST3130", suspect is null || suspect.Location.IsUnknown ? function.Location : suspect.Location,
            $"pass '{pass.Argument}' changes what @{symbol} computes: @{symbol}({string.Join(", ", (object[])arguments)}) {what}");
        error.Note(suspect?.Location ?? function.Location, suspect is null
            ? $"the pass made the change itself, not through a pattern; the function is '{function.Name}' @{symbol}"
            : $"{suspect.What} on '{suspect.Op}' is the first step after which it is wrong");
        Operation reduced = Reduce(pass, before, name);
        Reproducer = $"// nest-opt --check-semantics={seeds} --pass-pipeline='{Pipeline(pass, original)}' %s\n{AsmPrinter.ToText(reduced).TrimEnd()}\n";
        error.Note(function.Location, Folder is null ? $"reduced to:\n{Reproducer}" : $"reduced to '{WriteReproducer(Reproducer)}':\n{Reproducer}");
        op.Context.Diagnostics.Emit(error);
    }

    private string WriteReproducer(string text)
    {
        string path = Path.Combine(Folder!, $"nestc-semantics-{EvalRandom.Of(text):x16}.mlir");
        File.WriteAllText(path, text);
        return path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
    }

    private static string Pipeline(Pass pass, Operation op)
    {
        StringBuilder text = new();
        PassOptions.WritePass(text, pass);
        string pipeline = $"{op.Name}({text})";
        for (Operation? p = op.ParentOp; p is not null; p = p.ParentOp) pipeline = $"{p.Name}({pipeline})";
        return pipeline;
    }

    private sealed record Suspect(string What, string Op, Location Location);

    // Runs one pass on the operation at a path, silently.
    private static bool RunPass(Pass pass, Operation op, PassInstrumentation? hook = null)
    {
        PassPipeline pipeline = new(op.Name);
        pipeline.Items.Add(new PassItem(pass));
        PassManager manager = new(pipeline) { VerifyEach = false, Threads = 1 };
        if (hook is not null) manager.Hooks.Add(hook);
        using (op.Context.Diagnostics.PushHandler(static _ => { }))
            return new PipelineRunner(manager).Run(pipeline, op, new AnalysisManager(op) { Hooks = hook is null ? null : manager.Hooks });
    }

    private static Suspect? Bisect(Pass pass, Operation root, List<int> path, string name, int seed)
    {
        Operation copy = IrReducer.Copy(root);
        Operation at = At(copy, path);
        ICallable? Current() => Function(at, name) as ICallable;
        bool arrays = OnArrays((Operation)Current()!);
        EvalOutcome expected = Evaluate(Current()!, seed, arrays);
        StepWatch watch = new(() => Current() is { CallableRegion: not null } function
            && Difference(expected, Evaluate(function, seed, arrays), Tolerance((Operation)function, arrays)) is null);
        RunPass(pass, at, watch);
        watch.Check();
        return watch.Found;
    }

    /// <summary>Evaluates after every step of a driver, and remembers the first after which the function is wrong.</summary>
    private sealed class StepWatch(Func<bool> isRight) : PassInstrumentation, IRewriteObserver
    {
        private Suspect? step;
        private Location location;
        private int checks;

        public Suspect? Found { get; private set; }

        bool IRewriteObserver.WantsReasons => false;

        public void Check()
        {
            if (step is null || Found is not null || checks > 10_000) return;
            checks++;
            if (!isRight()) Found = step;
            step = null;
        }

        void IRewriteObserver.Attempting(Pattern pattern, Operation root)
        {
            Check();
            location = root.Location;
        }

        void IRewriteObserver.Attempted(Pattern pattern, Operation root, string rootName, bool changed, long elapsed)
        {
            if (!changed) return;
            step = new Suspect($"pattern '{pattern.Name}'", rootName, location);
            Check();
        }

        void IRewriteObserver.Folded(Operation op, ReadOnlySpan<Value> replacements)
        {
            Check();
            step = new Suspect("the fold", op.Name, op.Location);
        }

        void IRewriteObserver.ErasedDead(Operation op)
        {
            Check();
            step = new Suspect("erasing as dead", op.Name, op.Location);
        }

        void IRewriteObserver.IterationStarted(Operation scope, int iteration) => Check();

        public override void AfterPass(Pass pass, Operation op) => Check();
    }

    private Operation Reduce(Pass pass, Before before, string name)
    {
        Operation original = At(before.Root, before.Path);
        string? symbol = SymbolTable.NameOf(name.Length == 0 ? original : Function(original, name)!)?.Value;
        bool IsInteresting(Operation candidate)
        {
            if (symbol is null) return false;
            Operation? target = name.Length > 0 || original.ParentOp is null ? candidate : FindFunction(candidate, symbol);
            if (target is null) return false;
            if (Function(target, name) is not ICallable { CallableRegion: not null } function) return false;
            bool arrays = OnArrays((Operation)function);
            EvalOutcome[] expected = EvaluateSeeds(function);
            if (!RunPass(pass, target)) return false;
            if (Function(target, name) is not ICallable { CallableRegion: not null } after) return false;
            for (int seed = 0; seed < seeds; seed++)
                if (Difference(expected[seed], Evaluate(after, seed, arrays), Tolerance((Operation)after, arrays)) is not null) return true;
            return false;
        }

        // The test runs the pass on the candidate, so it gets a copy.
        return new IrReducer(candidate => IsInteresting(IrReducer.Copy(candidate))) { MaxTries = 600 }.Reduce(before.Root);
    }

    private static Operation? FindFunction(Operation root, string symbol)
    {
        Operation? found = null;
        root.Walk(op =>
        {
            if (op is not ICallable || SymbolTable.NameOf(op)?.Value != symbol) return WalkResult.Advance;
            found = op;
            return WalkResult.Interrupt;
        });
        return found;
    }
}
