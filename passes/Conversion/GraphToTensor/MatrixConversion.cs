using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Tensor;
using NestC.Evaluation;
using NestC.IR;
using ReshapeOp = NestC.Dialects.Graph.ReshapeOp;

namespace NestC.Passes.Conversion.GraphToTensor;

/// <summary>
/// Products of matrices as convolutions: rows are places and columns channels. Of several matrices each is a group; where all are multiplied
/// with one, they are one with as many rows. A factor on the right that is computed is packed as weights by the host.
/// </summary>
internal sealed class MatrixConversion(PackedConversion conversion, OpBuilder b)
{
    private readonly Dictionary<Value, Value> rows = [];

    public void Convert(QuantizedMatMulOp product)
    {
        bool flat = PackedShapes.IsFlat(product);
        Value input = flat ? conversion.Packed(product.Lhs) : Rows(product.Lhs, product);
        RankedTensorType type = flat ? PackedConversion.TypeOf(product.Output) : PackedMatrices.Rows(PackedShapes.Merged((RankedTensorType)product.Output.Type, product));
        Value weights = Weights(product.Rhs);
        ReadOnlySpan<long> x = PackedLayout.Shape(input), w = PackedLayout.Shape(weights);
        long groups = x[1] / w[1];
        Value output = PackedConvOp.Create(b, input, weights, product.Shift, type, groupBlocks: groups == 1 ? null : type.Shape[1] / groups,
            clip: PackedConversion.Clip(product.ClipMin, product.ClipMax, product.Output)).Output;
        if (flat) conversion.Remember(product.Output, output);
        else rows[product.Output] = output;
    }

    /// <summary>The plain form of a product that has rows as places; null for anything else.</summary>
    public Value? Unpack(Value value)
    {
        if (!rows.TryGetValue(value, out Value packed)) return null;
        var type = (RankedTensorType)value.Type;
        RankedTensorType merged = PackedShapes.Merged(type, (QuantizedMatMulOp)value.DefiningOp!);
        Value plain = UnpackRowsOp.Create(b, packed, merged).Plain;
        return merged == type ? plain : Reshape(plain, type);
    }

    private Value Rows(Value value, QuantizedMatMulOp product)
    {
        RankedTensorType type = (RankedTensorType)value.Type, merged = PackedShapes.Merged(type, product);
        // What another product has made stays as it is, if it is packed alike.
        if (rows.TryGetValue(value, out Value known) && known.Type == PackedMatrices.Rows(merged)) return known;
        conversion.CountPack();
        return PackRowsOp.Of(b, merged == type ? value : Reshape(value, merged)).Packed;
    }

    private Value Weights(Value rhs)
    {
        if (rhs.DefiningOp is ConstantOp) return conversion.Constant(PackedMatrices.PackColumns(PackedConversion.Constant(rhs)), "weights");
        conversion.CountPack();
        return PackColumnsOp.Of(b, rhs).Packed;
    }

    private Value Reshape(Value value, RankedTensorType type)
    {
        Value shape = ConstantOp.Create(b, GraphTypes.AttrOf(b.Context, NdArray.Vector(type.Shape), "shape")).Output;
        return ReshapeOp.Create(b, value, shape, type).Output;
    }
}
