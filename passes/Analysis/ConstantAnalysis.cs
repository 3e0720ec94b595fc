using NestC.Builtin;
using NestC.IR;
using NestC.Rewriting;
using NestC.Support;

namespace NestC.Passes.Analysis;

/// <summary>
/// Which values are constant, and which blocks are executed, as far as branches on constants and calls of known functions tell. Each
/// value goes from unknown to a constant to "not constant" at most, so the work is linear in the uses.
/// </summary>
public sealed class ConstantAnalysis
{
    private sealed class Constant(Attr value, Dialect dialect)
    {
        public readonly Attr Value = value;
        public readonly Dialect Dialect = dialect;
    }

    // Stands for "not constant".
    private static readonly object varies = new();

    private readonly Operation root;
    private readonly ValueMap<object> states = new();
    private readonly HashSet<Block> executable = [];
    private readonly HashSet<(Operation Branch, int Successor)> edges = [];
    private readonly Dictionary<Operation, List<Operation>> callers = [];
    private readonly Dictionary<Operation, List<Operation>> returns = [];
    private readonly HashSet<Operation> unknownCallers = [];
    private readonly SymbolTableCollection symbols = new();
    private readonly Folder folder = new();
    private readonly OpBuilder builder;
    private Vec<Operation> pendingOps;
    private Vec<Block> pendingBlocks;

    public ConstantAnalysis(Operation root)
    {
        this.root = root;
        builder = new OpBuilder(root.Context);
    }

    /// <summary>The constant that a value always is, and the dialect that can make it; null when it is not, or is never computed.</summary>
    public Attr? ConstantOf(Value value, out Dialect? dialect)
    {
        Constant? constant = states.TryGet(value, out object? state) ? state as Constant : null;
        dialect = constant?.Dialect;
        return constant?.Value;
    }

    public bool IsExecutable(Block block) => executable.Contains(block);

    public void Solve()
    {
        FindUnknownCallers();
        foreach (Region region in root.Regions) Enter(region);
        while (true)
        {
            if (!pendingBlocks.IsEmpty)
            {
                Block block = pendingBlocks.Pop();
                foreach (Operation op in block.Operations) Visit(op);
            }
            else if (!pendingOps.IsEmpty)
            {
                Operation op = pendingOps.Pop();
                if (op.Block is null || executable.Contains(op.Block)) Visit(op);
            }
            else return;
        }
    }

    // Functions that somebody outside may call, or whose symbol is used otherwise than in a call.
    private void FindUnknownCallers() => root.Walk(table =>
    {
        if (!table.Has(OpTraits.SymbolTable)) return WalkResult.Advance;
        bool allVisible = root.Block is null || table != root;
        bool unknown = false;
        foreach (Operation op in table.Region(0).First!.Operations)
        {
            if (op is ICallable and ISymbol symbol && (symbol.Visibility == SymbolVisibility.Public || (!allVisible && symbol.Visibility == SymbolVisibility.Nested)))
                unknownCallers.Add(op);
            unknown |= !SymbolUses.Walk(op, (reference, user) =>
            {
                if (user is ICall) return;
                foreach (Operation used in SymbolUses.Resolve(symbols, table, reference)) unknownCallers.Add(used);
            });
        }
        if (unknown)
            root.Walk(op =>
            {
                if (op is ICallable) unknownCallers.Add(op);
                return WalkResult.Advance;
            });
        return WalkResult.Advance;
    });

    // All that enters at the start of a region is unknown.
    private void Enter(Region region)
    {
        if (region.First is not { } entry) return;
        for (int i = 0; i < entry.ArgumentCount; i++) Join(entry.ArgumentAt(i), varies);
        Execute(entry);
    }

    private void Execute(Block block)
    {
        if (executable.Add(block)) pendingBlocks.Add(block);
    }

    private void Join(Value value, object? state)
    {
        if (state is null) return;
        states.TryGet(value, out object? old);
        if (old == varies) return;
        if (old is Constant a && state is Constant b && a.Value == b.Value) return;
        states.Set(value, old is null ? state : varies);
        foreach (Use use in value.Uses) pendingOps.Add(use.Owner);
    }

    private object? StateOf(Value value) => states.TryGet(value, out object? state) ? state : null;

    private void VaryAll(Operation op)
    {
        foreach (Value result in op.Results) Join(result, varies);
    }

    private void Visit(Operation op)
    {
        if (op.SuccessorCount > 0) VisitBranch(op);
        else if (op.Has(OpTraits.ReturnLike) && op.ParentOp is ICallable) VisitReturn(op);
        if (op is ICall call)
        {
            VisitCall(op, call);
            return;
        }
        if (op.RegionCount > 0)
        {
            VaryAll(op);
            if (op is ICallable and ISymbol && !unknownCallers.Contains(op))
            {
                if (callers.ContainsKey(op)) Execute(op.Region(0).First!);
            }
            else
                foreach (Region region in op.Regions) Enter(region);
            return;
        }
        if (op.ResultCount > 0) Fold(op);
    }

    private void VisitBranch(Operation op)
    {
        if (op is not IBranch branch)
        {
            for (int i = 0; i < op.SuccessorCount; i++)
            {
                Block target = op.Successor(i);
                for (int a = 0; a < target.ArgumentCount; a++) Join(target.ArgumentAt(a), varies);
                Execute(target);
            }
            return;
        }
        if (!Constants(op, out Attr?[] constants)) return;
        Block? only = branch.SuccessorFor(new FoldInputs(constants, builder));
        for (int i = 0; i < op.SuccessorCount; i++)
        {
            Block target = op.Successor(i);
            if (only is not null && target != only) continue;
            edges.Add((op, i));
            Execute(target);
        }
        for (int i = 0; i < op.SuccessorCount; i++)
        {
            if (!edges.Contains((op, i))) continue;
            Block target = op.Successor(i);
            OperandRange passed = branch.SuccessorOperands(i);
            int made = target.ArgumentCount - passed.Count;
            for (int a = 0; a < target.ArgumentCount; a++) Join(target.ArgumentAt(a), a < made ? varies : StateOf(passed[a - made]));
        }
    }

    private void VisitCall(Operation op, ICall call)
    {
        if (call.Callee is not { } name || symbols.Resolve(op, name) is not ICallable { CallableRegion: { First: { } entry } } callee
            || !root.IsProperAncestorOf((Operation)callee))
        {
            VaryAll(op);
            return;
        }
        Operation function = (Operation)callee;
        if (!callers.TryGetValue(function, out List<Operation>? known)) callers.Add(function, known = []);
        if (!known.Contains(op)) known.Add(op);
        if (!unknownCallers.Contains(function))
        {
            for (int i = 0; i < call.Arguments.Count && i < entry.ArgumentCount; i++) Join(entry.ArgumentAt(i), StateOf(call.Arguments[i]));
            Execute(entry);
        }
        if (returns.TryGetValue(function, out List<Operation>? sites))
            foreach (Operation site in sites) Return(site, op);
    }

    private void VisitReturn(Operation op)
    {
        Operation function = op.ParentOp!;
        if (!returns.TryGetValue(function, out List<Operation>? sites)) returns.Add(function, sites = []);
        if (!sites.Contains(op)) sites.Add(op);
        if (!callers.TryGetValue(function, out List<Operation>? known)) return;
        foreach (Operation caller in known) Return(op, caller);
    }

    private void Return(Operation site, Operation caller)
    {
        for (int i = 0; i < caller.ResultCount && i < site.OperandCount; i++) Join(caller.Result(i), StateOf(site.Operand(i)));
    }

    private bool Constants(Operation op, out Attr?[] constants)
    {
        constants = new Attr?[op.OperandCount];
        for (int i = 0; i < constants.Length; i++)
        {
            object? state = StateOf(op.Operand(i));
            if (state is null) return false;
            constants[i] = (state as Constant)?.Value;
        }
        return true;
    }

    private void Fold(Operation op)
    {
        if (op is IConstantLike constant && op.Info.Dialect is { } own)
        {
            Join(op.Result(0), new Constant(constant.ConstantValue, own));
            return;
        }
        if (!Constants(op, out Attr?[] constants)) return;
        const OpTraits foldable = OpTraits.Foldable | OpTraits.Commutative | OpTraits.Idempotent | OpTraits.Involution;
        if ((op.Info.Traits & foldable) == 0)
        {
            VaryAll(op);
            return;
        }
        Value[] operands = op.Operands.ToArray();
        DictionaryAttr attributes = op.Attributes;
        Attr? properties = op.PropertiesAttr;
        FoldOutcome outcome = folder.Fold(op, constants, builder);
        if (outcome == FoldOutcome.InPlace) Restore(op, operands, attributes, properties);
        if (outcome != FoldOutcome.Values)
        {
            VaryAll(op);
            return;
        }
        for (int i = 0; i < op.ResultCount; i++)
        {
            FoldResult result = folder.Results[i];
            if (result.Attr is { } attr) Join(op.Result(i), op.Info.Dialect is { } dialect ? new Constant(attr, dialect) : varies);
            else Join(op.Result(i), result.Value.IsNull ? varies : StateOf(result.Value));
        }
    }

    // The simulated constants are not what the operands are, so an update in place is undone.
    private void Restore(Operation op, Value[] operands, DictionaryAttr attributes, Attr? properties)
    {
        builder.SetOperands(op, operands);
        builder.SetAttributes(op, attributes);
        if (op.PropertiesAttr == properties) return;
        DictionaryAttr? old = properties as DictionaryAttr;
        foreach (string name in op.Info.Definition!.InherentNames)
        {
            Identifier id = op.Context.Identifier(name);
            if (old?.Find(id) is { } value) builder.SetAttribute(op, id, value);
            else builder.RemoveAttribute(op, id);
        }
    }
}
