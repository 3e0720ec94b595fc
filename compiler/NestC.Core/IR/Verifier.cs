using NestC.Builtin;
using NestC.Diagnostics;

namespace NestC.IR;

/// <summary>
/// Checks the structure of operations (regions, blocks, terminators, successors), what their definitions demand, symbols,
/// isolation and dominance. Every error is reported; the order is that of mlir-opt, which stops at the first.
/// </summary>
public sealed class Verifier
{
    private readonly DiagnosticEngine engine;
    private DominanceInfo dominance = new();
    private bool ok = true;

    private Verifier(DiagnosticEngine engine, bool quiet)
    {
        this.engine = engine;
        this.quiet = quiet;
        if (quiet) engine.PushHandler(_ => spoke = true);
    }

    /// <summary>Verifies an operation with all below it. False after errors were reported.</summary>
    public static bool Verify(Operation op, DiagnosticEngine? engine = null) => Quiet().IsSound(op, null) || Verify(op, engine ?? op.Context.Diagnostics, null);

    /// <param name="verified">Isolated operations below that were verified before.</param>
    internal static bool Verify(Operation op, DiagnosticEngine engine, HashSet<Operation>? verified)
    {
        Verifier verifier = new(engine, false) { verified = verified };
        verifier.VerifyIsolated(op);
        return verifier.ok;
    }

    /// <summary>A verifier that says nothing, and so may take the checks in the order that costs least. It may be used again and again.</summary>
    internal static Verifier Quiet() => new(new DiagnosticEngine(), true);

    /// <summary>Whether a quiet verifier has nothing at all to say about an operation.</summary>
    /// <param name="before">Isolated operations below that were verified before; null: none.</param>
    /// <param name="trees">The dominator trees of the operation as it is; null: they are made.</param>
    internal bool IsSound(Operation op, HashSet<Operation>? before, DominanceInfo? trees = null)
    {
        (ok, spoke, verified, dominance) = (true, false, before, trees ?? new DominanceInfo());
        VerifyIsolated(op);
        return ok && !spoke;
    }

    private readonly bool quiet;            // operands are checked together with the operation: one walk instead of two
    private bool spoke;
    private Operation? isolatedRoot;        // of a quiet verifier: what no value may come from outside of
    private HashSet<Operation>? verified;

    // An operation and its regions without the isolated operations in them, then dominance, then those.
    private void VerifyIsolated(Operation root)
    {
        if (quiet)
        {
            Operation? around = isolatedRoot;
            isolatedRoot = root.Has(OpTraits.IsolatedFromAbove) ? root : null;
            VerifyOp(root);
            isolatedRoot = around;
            return;
        }
        bool outer = ok;
        ok = true;
        VerifyOp(root);
        if (ok && root.RegionCount > 0)
        {
            dominance = new DominanceInfo();
            VerifyDominance(root, root.Has(OpTraits.IsolatedFromAbove) ? root : null);
        }
        ok &= outer;
    }

    private bool Fail(Operation op, string code, string message)
    {
        ok = false;
        engine.Emit(new Diagnostic(Severity.Error, code, op.Location, message).Note(op.Location, CurrentOperation(op)));
        return false;
    }

    // Upstream shows the offending operation in a note; very long ones are cut.
    private static string CurrentOperation(Operation op)
    {
        string text = op.RegionCount == 0 ? Syntax.AsmPrinter.ToText(op, new Syntax.PrintOptions { Generic = true }) : op.Name;
        return "see current operation: " + (text.Length > 2000 ? text[..2000] + "..." : text);
    }

    private void VerifyOp(Operation op)
    {
        if (op.RegionCount > 0 && Syntax.AsmParser.StackIsShort)
        {
            OnFreshStack(op, null, dominance: false);
            return;
        }
        OpDefinition? definition = op.Info.Definition;
        bool sound = true;
        if (op.AttributesOrNull is { } attributes && (attributes.Flags & InternFlags.HasPrefixedNames) != 0) sound = VerifyAttributes(op, attributes);
        if (definition is not null)
        {
            Diag d = new(engine, op);
            // Without its attributes, what is nested cannot be judged: it may ask for them.
            if (!definition.VerifyInvariants(op, d))
            {
                ok = false;
                return;
            }
            if (!op.VerifyOp(d) || !definition.VerifyInferredTypes(op, d)) sound = ok = false;
        }
        else if (op.Info.Upstream is { } facts && facts.Check(op) is { } unfit) sound = Fail(op, "NEST2040", $"'{op.Name}' op {unfit}");
        ReadOnlySpan<Region> regions = op.Regions;
        if (!regions.IsEmpty)
        {
            bool outer = ok;
            ok = true;
            int mark = deferred.Count;
            VerifyBlocks(op, regions);
            VerifyNestedIsolated(mark);
            sound &= ok;
            ok &= outer;
        }
        if (definition is not null)
        {
            if (sound && !regions.IsEmpty) VerifyRegionRules(op);
        }
        else
        {
            if (sound && op.Info.Upstream?.CheckRegions(op) is { } wrong) Fail(op, "NEST2040", $"'{op.Name}' op {wrong}");
            VerifyUnregistered(op);
        }
    }

    // Apart from its callers, because a captured parameter is allocated wherever its method is entered.
    private void OnFreshStack(Operation op, Operation? isolated, bool dominance) => Syntax.AsmParser.OnFreshStack(() =>
    {
        if (dominance) VerifyDominance(op, isolated);
        else VerifyOp(op);
        return true;
    });

    private bool VerifyAttributes(Operation op, DictionaryAttr attributes)
    {
        bool sound = true;
        foreach (NamedAttr entry in attributes.Entries)
        {
            ReadOnlySpan<byte> prefix = entry.Name.DialectPrefix;
            if (prefix.IsEmpty || op.Context.Dialect(prefix) is not { } dialect) continue;
            if (!dialect.VerifyAttribute(op, entry, new Diag(engine, op))) sound = ok = false;
        }
        return sound;
    }

    private void VerifyUnregistered(Operation op)
    {
        NestContext context = op.Context;
        if (context.AllowUnregisteredDialects) return;
        if (op.Info.Dialect is not { } dialect)
        {
            Fail(op, "NEST2002", $"'{op.Name}' op created with unregistered dialect. If this is intended, please call allowUnregisteredDialects() on the MLIRContext, or use -allow-unregistered-dialect with the MLIR opt tool used");
        }
        else if (!dialect.AllowsUnknownOps)
        {
            Fail(op, "NEST2003", $"unregistered operation '{op.Name}' found in dialect ('{dialect.Name}') that does not allow unknown operations");
        }
    }

    private void VerifyBlocks(Operation op, ReadOnlySpan<Region> regions)
    {
        foreach (Region region in regions)
        {
            if (op.Has(OpTraits.GraphRegion) && !region.IsEmpty && !region.HasOneBlock)
            {
                Fail(op, "NEST2004", $"'{op.Name}' op expects graph region #{region.Number} to have 0 or 1 blocks");
                continue;
            }
            if (region.First is not { } entry) continue;
            if (!entry.HasNoPredecessors)
            {
                Fail(op, "NEST2005", "entry block of region may not have predecessors");
                continue;
            }
            foreach (Block block in region.Blocks) VerifyBlock(op, region, block);
        }
    }

    private void VerifyBlock(Operation parent, Region region, Block block)
    {
        bool needsTerminator = !(region.HasOneBlock && MayLackTerminator(parent));
        if (block.Last is not { } last)
        {
            if (needsTerminator) Fail(parent, "NEST2006", "empty block: expect at least a terminator");
            return;
        }
        bool ordered = DominanceInfo.HasSsaDominance(region), withOperands = quiet && dominance.IsReachable(block);
        if (withOperands && ordered) block.EnsureOrder();
        for (Operation? op = block.First; op is not null; op = op.Next)
        {
            Rewriting.Cache.Fetch(op, Rewriting.Cache.Further);
            if (withOperands) VerifyOperands(op, block, ordered, isolatedRoot);
            if (op.SuccessorCount != 0 && op != last) Fail(op, "NEST2007", "operation with block successors must terminate its parent block");
            if (!IsDeferred(op)) VerifyOp(op);
            else deferred.Add(op);
        }
        for (int i = 0; i < last.SuccessorCount; i++)
            if (last.Successor(i).Parent != region)
                Fail(last, "NEST2008", $"'{last.Name}' op branching to block of a different region");
        if (needsTerminator && (last.Info.IsRegistered ? !last.IsTerminatorLike : last.Info.Upstream is { IsTerminator: false }))
            Fail(last, "NEST2009", $"block with no terminator, has {Syntax.AsmPrinter.ToText(last, new Syntax.PrintOptions { Generic = true })}");
    }

    private static bool MayLackTerminator(Operation parent) =>
        parent.Info.IsRegistered ? parent.Has(OpTraits.NoTerminator) : parent.Info.Upstream is not { NeedsNoTerminator: false };

    private static bool IsDeferred(Operation op) => op.RegionCount > 0 && op.Has(OpTraits.IsolatedFromAbove);

    // The isolated operations that were met since the mark; each is verified as a whole, as upstream does (in parallel).
    private void VerifyNestedIsolated(int mark)
    {
        bool sound = ok;
        for (int i = mark; sound && i < deferred.Count; i++)
            if (verified is null || !verified.Contains(deferred[i])) VerifyIsolated(deferred[i]);
        deferred.Truncate(mark);
    }

    private Support.Vec<Operation> deferred;

    // What needs the nested operations to be sound: symbols, isolation and the operation's own region rules.
    private void VerifyRegionRules(Operation op)
    {
        if (op.Has(OpTraits.SymbolTable) && !VerifySymbolTable(op)) return;
        if (!op.VerifyRegions(new Diag(engine, op))) ok = false;
    }

    private bool VerifySymbolTable(Operation op)
    {
        if (op.RegionCount != 1) return Fail(op, "NEST2020", $"'{op.Name}' op Operations with a 'SymbolTable' must have exactly one region");
        if (!op.Region(0).HasOneBlock) return Fail(op, "NEST2021", $"'{op.Name}' op Operations with a 'SymbolTable' must have exactly one block");
        bool sound = true;
        Dictionary<Interned, Operation> seen = new(Syntax.ReferenceComparer.Instance);
        for (Operation? inner = op.Region(0).First!.First; inner is not null; inner = inner.Next)
        {
            if (!inner.Info.IsRegistered && inner.AttributesOrNull is null) continue;
            if (SymbolTable.NameOf(inner) is not { } name || seen.TryAdd(name, inner)) continue;
            sound = ok = false;
            engine.Emit(new Diagnostic(Severity.Error, "NEST2022", inner.Location, $"redefinition of symbol named '{name.Value}'")
                .Note(seen[name].Location, "see existing symbol definition here"));
        }
        return sound && (!op.Context.HasSymbolUsers || VerifySymbolUses(op));
    }

    private bool VerifySymbolUses(Operation table) => VerifySymbolUses(table, new SymbolTableCollection());

    private bool VerifySymbolUses(Operation at, SymbolTableCollection tables)
    {
        if (Syntax.AsmParser.StackIsShort) return Syntax.AsmParser.OnFreshStack(() => VerifySymbolUses(at, tables));
        bool sound = true;
        foreach (Region region in at.Regions)
            foreach (Block block in region.Blocks)
                for (Operation? op = block.First; op is not null; op = op.Next)
                {
                    if (op.Info.IsSymbolUser && op is ISymbolUser user && !user.VerifySymbolUses(new Diag(engine, op), tables)) sound = ok = false;
                    if (op.RegionCount > 0 && !op.Has(OpTraits.SymbolTable)) sound &= VerifySymbolUses(op, tables);
                }
        return sound;
    }

    // Dominance and isolation -------------------------------------------------------------------------------------------

    private void VerifyDominance(Operation parent, Operation? isolated)
    {
        if (Syntax.AsmParser.StackIsShort)
        {
            OnFreshStack(parent, isolated, dominance: true);
            return;
        }
        foreach (Region region in parent.Regions)
        {
            bool ordered = DominanceInfo.HasSsaDominance(region);
            foreach (Block block in region.Blocks)
            {
                bool reachable = dominance.IsReachable(block);
                if (ordered) block.EnsureOrder();
                for (Operation? op = block.First; op is not null; op = op.Next)
                {
                    if (reachable) VerifyOperands(op, block, ordered, isolated);
                    if (op.RegionCount > 0 && !op.Has(OpTraits.IsolatedFromAbove)) VerifyDominance(op, isolated);
                }
            }
        }
    }

    private void VerifyOperands(Operation op, Block block, bool ordered, Operation? isolated)
    {
        OperandSlot[] operands = op.OperandSlots;
        for (int i = 0; i < operands.Length; i++)
        {
            Value value = operands[i].Value;
            if (value.Block == block)
            {
                if (!ordered || value.IsBlockArgument) continue;
                Operation definition = value.DefiningOp!;
                if (definition.Order < op.Order) continue;
            }
            else if (block.Parent is { } region && value.Block?.Parent == region)
            {
                if (dominance.Tree(region).Dominates(value.Block!, block)) continue;
            }
            else if (dominance.ProperlyDominates(value, op))
            {
                if (isolated is null || Inside(value, isolated)) continue;
                ok = false;
                engine.Emit(new Diagnostic(Severity.Error, "NEST2024", op.Location, $"'{op.Name}' op using value defined outside the region")
                    .Note(op.Location, CurrentOperation(op))
                    .Note(isolated.Location, "required by region isolation constraints"));
                return;
            }
            NotDominating(op, i, value);
            return;
        }
    }

    private static bool Inside(Value value, Operation isolated)
    {
        for (Region? region = value.Block?.Parent; region is not null; region = region.Parent?.ParentRegion)
            if (region.Parent == isolated) return true;
        return false;
    }

    private void NotDominating(Operation op, int number, Value value)
    {
        ok = false;
        Diagnostic error = new(Severity.Error, "NEST2023", op.Location, $"operand #{number} does not dominate this use");
        error.Note(op.Location, CurrentOperation(op));
        Region? here = op.ParentRegion, there = value.Block?.Parent;
        if (value.DefiningOp is { } definition)
        {
            string where = definition.Block == op.Block ? " (op in the same block)"
                : there == here ? " (op in the same region)"
                : there is not null && there.IsAncestorOf(here) ? " (op in a parent region)"
                : here is not null && here.IsAncestorOf(there) ? " (op in a child region)"
                : " (op is neither in a parent nor in a child region)";
            error.Note(definition.Location, "operand defined here" + where);
        }
        else
        {
            int index = 0;
            for (Block? b = value.Block!.Previous; b is not null; b = b.Previous) index++;
            string where = there == here ? " in the same region)"
                : there is not null && there.IsAncestorOf(here) ? " in a parent region)"
                : here is not null && here.IsAncestorOf(there) ? " in a child region)"
                : " neither in a parent nor in a child region)";
            error.Note(value.Block.ParentOp?.Location ?? default, $"operand defined as a block argument (block #{index}{where}");
        }
        engine.Emit(error);
    }
}
