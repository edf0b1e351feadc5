"""Turn what scrapers write into canonical values, as expressions over whole columns."""
