using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Dialects.Loop;

/// <summary>Runs one of two regions.</summary>
[Op("loop.if")]
[Rule("C1", "with results there are both regions, which yield values of the results' types")]
[Rule("C2", "the regions take no arguments")]
public sealed partial class IfOp : Operation, IRecursiveMemoryEffects, ISingleBlock, IRegionBranch, ICustomSyntax, IConditionallySpeculatable
{
    [Operand<I1>] public partial Value Condition { get; }

    [OpRegion(MinBlocks = 1, MaxBlocks = 1, Terminator = typeof(YieldOp))] public partial Region ThenRegion { get; }

    [OpRegion(MaxBlocks = 1, Terminator = typeof(YieldOp))] public partial Region ElseRegion { get; }

    [Results<AnyType>("results")] public partial ResultRange Outputs { get; }

    public Block ThenBlock => ThenRegion.First!;

    /// <summary>Null when there is nothing to do otherwise.</summary>
    public Block? ElseBlock => ElseRegion.First;

    public bool IsSpeculatable
    {
        get
        {
            foreach (Region region in Regions)
                foreach (Block block in region.Blocks)
                    foreach (Operation inner in block.Operations)
                        if (!Analysis.SideEffects.IsSpeculatable(inner)) return false;
            return true;
        }
    }

    public void Successors(int from, ref Vec<RegionSuccessor> successors)
    {
        if (from >= 0)
        {
            successors.Add(new RegionSuccessor(null));
            return;
        }
        successors.Add(new RegionSuccessor(ThenRegion));
        successors.Add(new RegionSuccessor(ElseRegion.IsEmpty ? null : ElseRegion));
    }

    public OperandRange EntryOperands(int region) => new(this, 0, 0);

    /// <summary>A condition whose regions are built by functions that return what is yielded.</summary>
    public static IfOp Create(OpBuilder builder, Value condition, ReadOnlySpan<IrType> types, Func<OpBuilder, Value[]> then, Func<OpBuilder, Value[]>? otherwise = null)
    {
        IfOp op = Build(builder, condition, types);
        InsertionPoint point = builder.SavePoint();
        builder.CreateBlock(op.ThenRegion, []);
        YieldOp.Create(builder, then(builder));
        if (otherwise is not null)
        {
            builder.CreateBlock(op.ElseRegion, []);
            YieldOp.Create(builder, otherwise(builder));
        }
        builder.RestorePoint(point);
        return op;
    }

    protected override bool VerifyOp(Diag d)
    {
        bool plain = ThenBlock.ArgumentCount == 0 && (ElseBlock is null || ElseBlock.ArgumentCount == 0);
        return d.Require(plain, "C2", "a region takes arguments")
            && d.Require(Outputs.Count == 0 || ElseBlock is not null, "C1", "has results but no else region");
    }

    protected override bool VerifyRegions(Diag d) =>
        LoopRules.VerifyYield(d, ThenBlock, Outputs, "C1") && (ElseBlock is null || LoopRules.VerifyYield(d, ElseBlock, Outputs, "C1"));

    // `%condition -> (types) { ... } else { ... }`
    public static bool Parse(AsmParser parser, OperationState state)
    {
        if (!parser.ParseOperand(out UnresolvedOperand condition) || !parser.ResolveOperand(condition, parser.Context.Common.I1, ref state.Operands)
            || !parser.ParseOptionalArrowTypes(ref state.ResultTypes))
            return false;
        Region then = state.AddRegion(), otherwise = state.AddRegion();
        if (!parser.ParseRegion(then)) return false;
        ImplicitTerminator.Ensure(then, parser.Context, state.Location, "loop.yield"u8);
        if (parser.TryParseKeyword("else"u8))
        {
            if (!parser.ParseRegion(otherwise)) return false;
            ImplicitTerminator.Ensure(otherwise, parser.Context, state.Location, "loop.yield"u8);
        }
        return parser.ParseAttrDict(state);
    }

    public void Print(AsmPrinter printer)
    {
        printer.Out.Write(' ');
        printer.WriteOperand(Condition);
        if (Outputs.Count > 0)
        {
            printer.Out.Write(" -> ("u8);
            printer.WriteTypes(Outputs);
            printer.Out.Write(')');
        }
        printer.Out.Write(' ');
        bool show = Outputs.Count > 0;
        printer.WriteRegion(ThenRegion, printEntryArguments: false, printTerminators: show || ImplicitTerminator.MustShow(ThenRegion));
        if (!ElseRegion.IsEmpty)
        {
            printer.Out.Write(" else "u8);
            printer.WriteRegion(ElseRegion, printEntryArguments: false, printTerminators: show || ImplicitTerminator.MustShow(ElseRegion));
        }
        printer.WriteAttrDict(this, []);
    }
}

/// <summary>Runs a region that decides, and while that says so a region that works; values are carried through both.</summary>
[Op("loop.while")]
[Rule("C1", "the operands' types are those of the first region's arguments, and of what the second one yields")]
[Rule("C2", "the results' types are those of what loop.condition hands on, and of the second region's arguments")]
public sealed partial class WhileOp : Operation, IRecursiveMemoryEffects, ISingleBlock, IRegionBranch, ILoopLike, ICustomSyntax
{
    [Operands<AnyType>] public partial OperandRange Inits { get; }

    [OpRegion(MinBlocks = 1, MaxBlocks = 1)] public partial Region Before { get; }

    [OpRegion(MinBlocks = 1, MaxBlocks = 1)] public partial Region After { get; }

    [Results<AnyType>("results")] public partial ResultRange Outputs { get; }

    public Block BeforeBlock => Before.First!;

    public Block AfterBlock => After.First!;

    public ConditionOp Condition => (ConditionOp)BeforeBlock.Last!;

    ReadOnlySpan<Region> ILoopLike.LoopRegions => Regions;

    public void Successors(int from, ref Vec<RegionSuccessor> successors)
    {
        if (from != 0)
        {
            successors.Add(new RegionSuccessor(Before));
            return;
        }
        successors.Add(new RegionSuccessor(After));
        successors.Add(new RegionSuccessor(null));
    }

    public OperandRange EntryOperands(int region) => region == 0 ? Inits : new OperandRange(this, 0, 0);

    protected override bool VerifyOp(Diag d) =>
        d.Require(LoopRules.SameTypes(Inits.Types(), BeforeBlock.ArgumentTypes()), "C1", "the operands' types are not those of the first region's arguments")
        && d.Require(LoopRules.SameTypes(Outputs.Types(), AfterBlock.ArgumentTypes()), "C2", "the results' types are not those of the second region's arguments");

    protected override bool VerifyRegions(Diag d) =>
        d.Require(BeforeBlock.Last is ConditionOp condition && LoopRules.SameTypes(condition.Passed.Types(), Outputs.Types()), "C2",
            "the first region does not end with a loop.condition that hands on values of the results' types")
        && d.Require(AfterBlock.Last is YieldOp yield && LoopRules.SameTypes(yield.Operands.Types(), Inits.Types()), "C1",
            "the second region does not end with a loop.yield of values of the operands' types");

    // `(%a = %init) : (types) -> types { ... } do { ... }`
    public static bool Parse(AsmParser parser, OperationState state)
    {
        Vec<UnresolvedOperand> names = default, inits = default;
        int position = parser.Position;
        if (parser.Kind == TokenKind.LParen && !LoopSyntax.ParseAssignments(parser, ref names, ref inits)) return false;
        if (!parser.ParseColon() || parser.ParseFunctionType() is not { } type) return false;
        state.ResultTypes.AddRange(type.Results);
        if (!parser.ResolveOperands(inits.Span, type.Inputs, position, ref state.Operands)) return false;
        AsmParser.RegionArgument[] arguments = new AsmParser.RegionArgument[names.Count];
        for (int i = 0; i < arguments.Length; i++) arguments[i] = new AsmParser.RegionArgument(names[i], type.Inputs[i], default);
        Region before = state.AddRegion(), after = state.AddRegion();
        if (!parser.ParseRegion(before, arguments) || !parser.ParseKeyword(state, "do"u8) || !parser.ParseRegion(after)) return false;
        if (before.IsEmpty) before.AddBlock();
        if (state.ResultTypes.IsEmpty) ImplicitTerminator.Ensure(after, parser.Context, state.Location, "loop.yield"u8);
        return !parser.AtKeyword("attributes"u8) || parser.ParseAttrDictWithKeyword(state);
    }

    public void Print(AsmPrinter printer)
    {
        printer.Out.Write(' ');
        if (Inits.Count > 0)
        {
            printer.Out.Write('(');
            LoopSyntax.PrintAssignments(printer, BeforeBlock, 0, Inits);
            printer.Out.Write(") "u8);
        }
        printer.Out.Write(": "u8);
        printer.WriteFunctionalType(this);
        printer.Out.Write(' ');
        printer.WriteRegion(Before, printEntryArguments: false);
        printer.Out.Write(" do "u8);
        printer.WriteRegion(After);
        printer.WriteAttrDict(this, [], withKeyword: true);
    }
}

/// <summary>Ends the first region of loop.while: goes on with the second when the condition holds, else ends the loop; the values go either way.</summary>
[Op("loop.condition", Format = "`(` $condition `)` attr-dict ($passed^ `:` type($passed))?")]
public sealed partial class ConditionOp : Operation, IPure, IReturnLike, IHasParent<WhileOp>
{
    [Operand<I1>] public partial Value Condition { get; }

    [Operands<AnyType>("args")] public partial OperandRange Passed { get; }
}

/// <summary>Ends a region and hands values to the operation around it.</summary>
[Op("loop.yield", Format = "attr-dict ($values^ `:` type($values))?")]
public sealed partial class YieldOp : Operation, IPure, IReturnLike
{
    [Operands<AnyType>] public partial OperandRange Values { get; }
}
