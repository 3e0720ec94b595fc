using System.Globalization;
using System.Security.Cryptography;
using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Onnx;

/// <summary>Weights that stay in the files they came from: the section `external_resources`, group `nest`, says for each resource which bytes of which
/// file it is, `file:offset:length:sha256`; the file's path is relative to the IR's.</summary>
public static class WeightFiles
{
    private const string Group = "nest";

    /// <summary>Makes resources references in place of data, for printing.</summary>
    public static void Detach(NestContext context, IReadOnlyList<WeightReference> references, string folder)
    {
        if (references.Count == 0) return;
        var group = (context.ExternalResources ??= new ExternalResources()).GetGroup(Group);
        foreach (var reference in references)
        {
            string path = Path.GetRelativePath(folder, reference.Path).Replace('\\', '/');
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            ResourceBlob blob = reference.Handle.Blob!;
            for (long at = 0; at < blob.Length;)
            {
                ReadOnlySpan<byte> chunk = blob.Chunk(at);
                hash.AppendData(chunk);
                at += chunk.Length;
            }
            string digest = Convert.ToHexStringLower(hash.GetHashAndReset());
            group.Add(reference.Handle.Key, string.Create(CultureInfo.InvariantCulture, $"{path}:{reference.Offset}:{reference.Length}:{digest}"));
            reference.Handle.Blob = null;
        }
    }

    /// <summary>Maps the files that references name, and gives the resources their data. What is wrong is listed.</summary>
    public static unsafe IReadOnlyList<OnnxError> Attach(NestContext context, string folder)
    {
        List<OnnxError> errors = [];
        if (context.ExternalResources?.Find(Group) is not { } group) return errors;
        Dictionary<string, MappedFile> files = new(StringComparer.Ordinal);
        foreach (var entry in group.Entries)
        {
            if (group.FindString(entry.Key) is not { } text || context.Resources.Find("builtin", entry.Key) is not { } handle) continue;
            string[] parts = text.Split(':');
            if (parts.Length < 4 || !long.TryParse(parts[^3], NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
                || !long.TryParse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture, out long length))
            {
                errors.Add(new OnnxError(OnnxError.Weight, entry.Key, null, $"'{text}' is not file:offset:length:hash"));
                continue;
            }
            string path = Path.Combine(folder, string.Join(':', parts[..^3]));
            try
            {
                if (!files.TryGetValue(path, out var file)) files[path] = file = MappedFile.Open(path);
                if (offset > file.Length || length > file.Length - offset)
                {
                    errors.Add(new OnnxError(OnnxError.Weight, entry.Key, null, $"'{path}' has {file.Length} bytes, the weight reaches from {offset} over {length}"));
                    continue;
                }
                handle.Blob = new ArrayBlob(NdArray.Wrap(ElementKind.U8, [length], file.Data + offset, file, readOnly: true));
            }
            catch (OnnxException e)
            {
                errors.Add(e.Error);
            }
        }
        return errors;
    }
}
