using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Dialects.Loop;

/// <summary>
/// Runs its body for each number from a lower bound up to, and without, an upper bound; values are carried from one iteration to the next.
/// </summary>
[Op("loop.for")]
[Rule("C1", "the body's first argument has the type of the bounds")]
[Rule("C2", "there are as many carried values as results, and their types agree")]
[Rule("C3", "a step that is known is above zero")]
public sealed partial class ForOp : Operation, IRecursiveMemoryEffects, ISingleBlock, IRegionBranch, ILoopLike, ICustomSyntax
{
    [Operand<SignlessIntegerOrIndex>] public partial Value LowerBound { get; }

    [Operand<SignlessIntegerOrIndex>, SameTypeAs("lower_bound")] public partial Value UpperBound { get; }

    [Operand<SignlessIntegerOrIndex>, SameTypeAs("lower_bound")] public partial Value Step { get; }

    [Operands<AnyType>("init_args")] public partial OperandRange InitArgs { get; }

    [OpRegion("region", MinBlocks = 1, MaxBlocks = 1, Terminator = typeof(YieldOp))] public partial Region BodyRegion { get; }

    [Results<AnyType>("results")] public partial ResultRange Outputs { get; }

    public Block Body => BodyRegion.First!;

    /// <summary>The number of the iteration.</summary>
    public Value InductionVar => Body.ArgumentAt(0);

    public YieldOp Yield => (YieldOp)Body.Last!;

    /// <summary>The body's argument for a carried value.</summary>
    public Value IterArg(int index) => Body.ArgumentAt(index + 1);

    /// <summary>How often the body runs, where bounds and step are known; else null.</summary>
    public long? TripCount => Bounds.TripCount(LowerBound, UpperBound, Step);

    ReadOnlySpan<Region> ILoopLike.LoopRegions => Regions;

    public void Successors(int from, ref Vec<RegionSuccessor> successors)
    {
        successors.Add(new RegionSuccessor(BodyRegion));
        successors.Add(new RegionSuccessor(null));
    }

    public OperandRange EntryOperands(int region) => InitArgs;

    /// <summary>A loop whose body is built by a function of the induction variable and the carried values, which returns what is yielded.</summary>
    public static ForOp Create(OpBuilder builder, Value lower, Value upper, Value step, ReadOnlySpan<Value> inits, Func<OpBuilder, Value, Value[], Value[]>? body)
    {
        Vec<IrType> types = default;
        foreach (Value init in inits) types.Add(init.Type);
        ForOp loop = Build(builder, lower, upper, step, inits, types.Span);
        InsertionPoint point = builder.SavePoint();
        Vec<IrType> arguments = default;
        arguments.Add(lower.Type);
        arguments.AddRange(types.Span);
        Block block = builder.CreateBlock(loop.BodyRegion, arguments.Span);
        if (body is not null)
        {
            Value[] carried = new Value[inits.Length];
            for (int i = 0; i < carried.Length; i++) carried[i] = loop.IterArg(i);
            YieldOp.Create(builder, body(builder, block.ArgumentAt(0), carried));
        }
        builder.RestorePoint(point);
        return loop;
    }

    protected override bool VerifyOp(Diag d)
    {
        if (Bounds.Constant(Step) is { } step && !d.Require(step > 0, "C3", $"step is {step}, which is not above zero")) return false;
        if (!d.Require(InitArgs.Count == Outputs.Count, "C2", $"carries {InitArgs.Count} values but has {Outputs.Count} results")) return false;
        if (!d.Require(Body.ArgumentCount >= 1 && InductionVar.Type == LowerBound.Type, "C1", $"the body's first argument is not of the bounds' type '{LowerBound.Type}'")) return false;
        if (!d.Require(Body.ArgumentCount == InitArgs.Count + 1, "C2", $"carries {InitArgs.Count} values but its body takes {Body.ArgumentCount - 1}")) return false;
        for (int i = 0; i < InitArgs.Count; i++)
        {
            if (InitArgs[i].Type == Outputs[i].Type && IterArg(i).Type == Outputs[i].Type) continue;
            return d.Require(false, "C2", $"carried value {i} is of type '{InitArgs[i].Type}', in the body '{IterArg(i).Type}', and as a result '{Outputs[i].Type}'");
        }
        return true;
    }

    protected override bool VerifyRegions(Diag d) => LoopRules.VerifyYield(d, Body, Outputs, "C2");

    // `%i = %lower to %upper step %step iter_args(%a = %init) -> (type) : i32 { ... }`
    public static bool Parse(AsmParser parser, OperationState state)
    {
        Vec<UnresolvedOperand> inits = default;
        Vec<UnresolvedOperand> names = default;
        if (!parser.ParseOperand(out UnresolvedOperand induction, allowResultNumber: false) || !parser.ParseEqual() || !parser.ParseOperand(out UnresolvedOperand lower)
            || !parser.ParseKeyword(state, "to"u8) || !parser.ParseOperand(out UnresolvedOperand upper)
            || !parser.ParseKeyword(state, "step"u8) || !parser.ParseOperand(out UnresolvedOperand step))
            return false;
        int position = parser.Position;
        if (parser.TryParseKeyword("iter_args"u8))
        {
            if (!LoopSyntax.ParseAssignments(parser, ref names, ref inits) || !parser.ParseOptionalArrowTypes(ref state.ResultTypes)) return false;
        }
        if (state.ResultTypes.Count != inits.Count)
            return parser.CustomMeaningError(state, position, "NEST1411", $"{inits.Count} carried values, but {state.ResultTypes.Count} types");
        IrType type = parser.Context.Common.Index;
        if (parser.Kind == TokenKind.Colon && !parser.ParseColonType(out type)) return false;
        if (!parser.ResolveOperand(lower, type, ref state.Operands) || !parser.ResolveOperand(upper, type, ref state.Operands) || !parser.ResolveOperand(step, type, ref state.Operands)
            || !parser.ResolveOperands(inits.Span, state.ResultTypes.Span, position, ref state.Operands))
            return false;
        AsmParser.RegionArgument[] arguments = new AsmParser.RegionArgument[names.Count + 1];
        arguments[0] = new AsmParser.RegionArgument(induction, type, default);
        for (int i = 0; i < names.Count; i++) arguments[i + 1] = new AsmParser.RegionArgument(names[i], state.ResultTypes[i], default);
        Region body = state.AddRegion();
        if (!parser.ParseRegion(body, arguments)) return false;
        ImplicitTerminator.Ensure(body, parser.Context, state.Location, "loop.yield"u8);
        return parser.ParseAttrDict(state);
    }

    public void Print(AsmPrinter printer)
    {
        printer.Out.Write(' ');
        printer.WriteRegionArgumentName(InductionVar);
        printer.Out.Write(" = "u8);
        printer.WriteOperand(LowerBound);
        printer.Out.Write(" to "u8);
        printer.WriteOperand(UpperBound);
        printer.Out.Write(" step "u8);
        printer.WriteOperand(Step);
        if (InitArgs.Count > 0)
        {
            printer.Out.Write(" iter_args("u8);
            LoopSyntax.PrintAssignments(printer, Body, 1, InitArgs);
            printer.Out.Write(") -> ("u8);
            printer.WriteTypes(Outputs);
            printer.Out.Write(')');
        }
        if (LowerBound.Type is not IndexType)
        {
            printer.Out.Write(" : "u8);
            printer.Write(LowerBound.Type);
        }
        printer.Out.Write(' ');
        printer.WriteRegion(BodyRegion, printEntryArguments: false, printTerminators: InitArgs.Count > 0 || ImplicitTerminator.MustShow(BodyRegion));
        printer.WriteAttrDict(this, []);
    }
}

/// <summary>Runs its body for each point of a space, in any order and at the same time; it writes buffers alone.</summary>
[Op("loop.parallel")]
[Rule("C1", "there are as many lower bounds, upper bounds and steps as body arguments, at least one")]
[Rule("C2", "a step that is known is above zero")]
public sealed partial class ParallelOp : Operation, IRecursiveMemoryEffects, ISingleBlock, IRegionBranch, ILoopLike, ICustomSyntax
{
    [Operands<AnyIndex>] public partial OperandRange LowerBounds { get; }

    [Operands<AnyIndex>] public partial OperandRange UpperBounds { get; }

    [Operands<AnyIndex>] public partial OperandRange Steps { get; }

    [OpRegion("region", MinBlocks = 1, MaxBlocks = 1, Terminator = typeof(YieldOp))] public partial Region BodyRegion { get; }

    public Block Body => BodyRegion.First!;

    /// <summary>The number of dimensions of the space.</summary>
    public int Rank => LowerBounds.Count;

    public Value InductionVar(int dim) => Body.ArgumentAt(dim);

    ReadOnlySpan<Region> ILoopLike.LoopRegions => Regions;

    public void Successors(int from, ref Vec<RegionSuccessor> successors)
    {
        successors.Add(new RegionSuccessor(BodyRegion));
        successors.Add(new RegionSuccessor(null));
    }

    public OperandRange EntryOperands(int region) => new(this, 0, 0);

    /// <summary>A loop whose body is built by a function of the induction variables.</summary>
    public static ParallelOp Create(OpBuilder builder, ReadOnlySpan<Value> lower, ReadOnlySpan<Value> upper, ReadOnlySpan<Value> steps, Action<OpBuilder, Value[]> body)
    {
        ParallelOp loop = Build(builder, lower, upper, steps);
        InsertionPoint point = builder.SavePoint();
        IrType[] types = new IrType[lower.Length];
        Array.Fill(types, builder.Context.Common.Index);
        Block block = builder.CreateBlock(loop.BodyRegion, types);
        Value[] inductions = new Value[types.Length];
        for (int i = 0; i < inductions.Length; i++) inductions[i] = block.ArgumentAt(i);
        body(builder, inductions);
        YieldOp.Create(builder, []);
        builder.RestorePoint(point);
        return loop;
    }

    protected override bool VerifyOp(Diag d)
    {
        int rank = Rank;
        bool fits = rank > 0 && UpperBounds.Count == rank && Steps.Count == rank && Body.ArgumentCount == rank;
        for (int i = 0; fits && i < rank; i++) fits = Body.ArgumentAt(i).Type is IndexType;
        if (!d.Require(fits, "C1", $"has {rank} lower bounds, {UpperBounds.Count} upper bounds, {Steps.Count} steps and {Body.ArgumentCount} body arguments")) return false;
        foreach (Value step in Steps)
            if (Bounds.Constant(step) is { } known && !d.Require(known > 0, "C2", $"step is {known}, which is not above zero")) return false;
        return true;
    }

    protected override bool VerifyRegions(Diag d) => LoopRules.VerifyYield(d, Body, Results, "C1");

    // `(%i, %j) = (%a, %b) to (%c, %d) step (%e, %f) { ... }`
    public static bool Parse(AsmParser parser, OperationState state)
    {
        ParallelOp self = (ParallelOp)state.Op;
        Vec<UnresolvedOperand> names = default, lower = default, upper = default, steps = default;
        if (!parser.ParseOperandList(ref names, AsmParser.Delimiter.Paren) || !parser.ParseEqual() || !parser.ParseOperandList(ref lower, AsmParser.Delimiter.Paren)
            || !parser.ParseKeyword(state, "to"u8) || !parser.ParseOperandList(ref upper, AsmParser.Delimiter.Paren)
            || !parser.ParseKeyword(state, "step"u8) || !parser.ParseOperandList(ref steps, AsmParser.Delimiter.Paren))
            return false;
        IndexType index = parser.Context.Common.Index;
        if (!parser.ResolveOperands(lower.Span, index, ref state.Operands) || !parser.ResolveOperands(upper.Span, index, ref state.Operands)
            || !parser.ResolveOperands(steps.Span, index, ref state.Operands))
            return false;
        (self._operandSegment0, self._operandSegment1, self._operandSegment2) = (lower.Count, upper.Count, steps.Count);
        AsmParser.RegionArgument[] arguments = new AsmParser.RegionArgument[names.Count];
        for (int i = 0; i < arguments.Length; i++) arguments[i] = new AsmParser.RegionArgument(names[i], index, default);
        Region body = state.AddRegion();
        if (!parser.ParseRegion(body, arguments)) return false;
        ImplicitTerminator.Ensure(body, parser.Context, state.Location, "loop.yield"u8);
        return parser.ParseAttrDict(state);
    }

    public void Print(AsmPrinter printer)
    {
        printer.Out.Write(" ("u8);
        for (int i = 0; i < Body.ArgumentCount; i++)
        {
            if (i > 0) printer.Out.Write(", "u8);
            printer.WriteRegionArgumentName(Body.ArgumentAt(i));
        }
        printer.Out.Write(") = ("u8);
        printer.WriteOperands(LowerBounds);
        printer.Out.Write(") to ("u8);
        printer.WriteOperands(UpperBounds);
        printer.Out.Write(") step ("u8);
        printer.WriteOperands(Steps);
        printer.Out.Write(") "u8);
        printer.WriteRegion(BodyRegion, printEntryArguments: false, printTerminators: ImplicitTerminator.MustShow(BodyRegion));
        printer.WriteAttrDict(this, ["operandSegmentSizes"]);
    }
}
