/**
 * A block: the viewers of 256 consecutive numbers. Cached pages are invalidated a block at a time, so that one tick makes the next page
 * read 256 lines again and not the whole register.
 */
export const blockSize = 256

/** The block that a viewer's line lies in. */
export const blockOf = (viewer_no: number) => Math.floor(viewer_no / blockSize)
