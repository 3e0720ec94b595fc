using NestC.Evaluation;
using NestC.Onnx.Proto;

namespace NestC.Onnx;

/// <summary>Sparse tensors as dense arrays.</summary>
internal static class OnnxSparse
{
    // A few bytes may announce any number of zeros.
    private const long MaxElements = 1 << 22;

    /// <summary>The elements of a sparse tensor, zeros where it lists none. Throws <see cref="OnnxException"/>.</summary>
    public static NdArray ToArray(OnnxModel model, SparseTensorProto sparse)
    {
        string name = sparse.Values?.Name ?? "";
        if (sparse.Values is null || sparse.Indices is null) throw new OnnxException(OnnxError.Tensor, name, "sparse_tensor", "values or indices are missing");
        NdArray values = model.Tensor(sparse.Values), indices = model.Tensor(sparse.Indices);
        var shape = new long[sparse.Dims.Count];
        sparse.Dims.CopyTo(shape, 0);
        if (shape.Length > OnnxTensors.MaxRank) throw new OnnxException(OnnxError.Tensor, name, "dims", $"rank {shape.Length} is more than {OnnxTensors.MaxRank}");
        try
        {
            if (NdArray.CountOf(shape) > MaxElements) throw new OnnxException(OnnxError.Tensor, name, "dims", $"a sparse tensor of more than {MaxElements} elements is not made dense");
            NdArray dense = NdArray.Create(values.Kind, shape);
            bool flat = indices.Rank == 1;
            if (indices.Count != values.Count * (flat ? 1 : shape.Length))
                throw new OnnxException(OnnxError.Tensor, name, "indices", $"{indices.Count} indices do not fit {values.Count} values of rank {shape.Length}");
            for (long i = 0; i < values.Count; i++)
            {
                long at = 0;
                if (flat) at = indices.GetInt64(i);
                for (int d = 0; d < shape.Length && !flat; d++)
                {
                    long index = indices.GetInt64(i * shape.Length + d);
                    if (index < 0 || index >= shape[d]) throw new OnnxException(OnnxError.Tensor, name, "indices", $"index {index} is outside {shape[d]}");
                    at = at * shape[d] + index;
                }
                values.CopyTo(i, dense, at, 1);
            }
            return dense;
        }
        catch (EvaluationException e)
        {
            throw new OnnxException(OnnxError.Tensor, name, "dims", e.Message);
        }
    }
}
