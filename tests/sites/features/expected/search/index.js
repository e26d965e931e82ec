chancerySearch.deliver("index","3fe36d0180",{"firsts":[""]});
