using NestC.Dialects.Graph.Canonicalization;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Dialects.Graph;

public sealed partial class GraphDialect
{
    /// <summary>Bytes of results that canonicalization computes from constants; passes go further.</summary>
    private const long FoldedBytes = 1 << 12;

    public override Operation? MaterializeConstant(OpBuilder builder, Attr value, IrType type, Location location)
    {
        if (value is not ITypedAttr { Type: { } own } || own != type) return null;
        builder.Location = location;
        return ConstantOp.Create(builder, value);
    }

    public override void AddCanonicalization(PatternSet patterns) => patterns
        .Add(new FoldConstantOperation(FoldedBytes))
        .Add(new ConstantToTheRight())
        .Add(new SumToAdd())
        .Add(new MergeConstantChain())
        .Add(new DropExpand())
        .Add(new CastOfCast())
        .Add(new MergeReshapes())
        .Add(new MergeTransposes())
        .Add(new TransposeToReshape())
        .Add(new FlattenConcat())
        .Add(new ConcatOfParts())
        .Add(new SliceOfConcat())
        .Add(new SplitOfConcat())
        .Add(new MergeSlices())
        .Add(new MergeClips())
        .Add(new ReluOfClip())
        .Add(new ClipToRelu())
        .Add(new MinMaxToClip())
        .Add(new ReduceMeanToPool());
}
