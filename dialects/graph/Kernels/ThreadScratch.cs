using System.Runtime.InteropServices;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Two buffers that live as long as their thread, since packed panels are of the same size in every call; they grow when more is asked for.</summary>
internal sealed unsafe class ThreadScratch
{
    private readonly void*[] blocks = new void*[2];
    private readonly nint[] sizes = new nint[2];

    /// <summary>A buffer of at least so many bytes, at a multiple of 64; what it held is lost when it grows.</summary>
    public void* Get(int which, nint bytes)
    {
        if (sizes[which] < bytes)
        {
            NativeMemory.AlignedFree(blocks[which]);
            blocks[which] = NativeMemory.AlignedAlloc((nuint)bytes, 64);
            sizes[which] = bytes;
        }
        return blocks[which];
    }

    ~ThreadScratch()
    {
        foreach (void* block in blocks) NativeMemory.AlignedFree(block);
    }
}
